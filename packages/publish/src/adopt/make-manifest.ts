import { init, parse } from 'es-module-lexer';
import { manifestFile } from '../check-remote.js';

export interface Entry {
  readonly path: string;
  readonly text: string;
}

export interface Made {
  readonly file: typeof manifestFile;
  readonly bytes: Uint8Array;
  readonly exposes: readonly string[];
  /** The page-wide name of a script's container; undefined for a module. */
  readonly globalName: string | undefined;
}

/**
 * The manifest of a remote whose toolchain emits its entry only: what the entry exposes, and how it is loaded. What it
 * shares cannot be told from it; the runtime asks the entry.
 */
export async function makeManifest(name: string, entry: Entry, globalName?: string): Promise<Made> {
  const isModule = await hasModuleSyntax(entry);
  const exposes = exposesOf(entry.text);
  const global = isModule ? undefined : (globalName ?? globalOf(entry.text) ?? name);
  const nothing = { js: { sync: [], async: [] }, css: { sync: [], async: [] } };
  const slash = entry.path.lastIndexOf('/') + 1;
  const remoteEntry = {
    name: entry.path.slice(slash),
    path: entry.path.slice(0, slash),
    type: isModule ? 'module' : 'global',
  };
  const manifest = {
    id: name,
    name: global ?? name,
    metaData: {
      name: global ?? name,
      type: 'app',
      buildInfo: { buildVersion: 'adopted', buildName: name },
      remoteEntry,
      types: { path: '', name: '', zip: '', api: '' },
      globalName: global ?? name,
      pluginVersion: '0.0.0',
      publicPath: 'auto',
    },
    shared: [],
    remotes: [],
    exposes: exposes.map((path) => ({
      id: `${name}:${nameOf(path)}`,
      name: nameOf(path),
      path,
      assets: nothing,
    })),
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  return { file: manifestFile, bytes, exposes: exposes.map(nameOf), globalName: global };
}

const nameOf = (path: string): string => path.replace(/^\.\//, '');

async function hasModuleSyntax({ path, text }: Entry): Promise<boolean> {
  await init;
  try {
    return parse(text, path)[3];
  } catch {
    return path.endsWith('.mjs');
  }
}

/** The table of a container: `{"./App": () => …}` in all of webpack, Rspack and Vite. */
function exposesOf(text: string): readonly string[] {
  const found = text.matchAll(
    /["'`](\.(?:\/[\w./@-]+)?)["'`]\s*:\s*(?:async\b\s*)?(?:\(\s*\)\s*=>|[\w$]+\s*=>|function\b)/g,
  );
  return [...new Set([...found].map(([, path = '']) => path))].toSorted();
}

/** `var mfe1;`, `self["mfe1"] =`, `window.mfe1 =`. */
function globalOf(text: string): string | undefined {
  const declared = /^(?:\s|;|["']use strict["']|\/\*[\s\S]*?\*\/)*(?:var|let|const)\s+([\w$]+)\s*[;=]/.exec(text)?.[1];
  return declared ?? /(?:self|window|globalThis)(?:\.|\[["'])([\w$]+)(?:["']\])?\s*=(?!=)/.exec(text)?.[1];
}
