import { posix } from 'node:path';
import { init, parse } from 'es-module-lexer';
import { chunkIds } from './chunk-names.js';

/** What a file of a build names. */
export interface References {
  /** Without these the build cannot run. */
  readonly needed: readonly string[];
  /** Text that looks like a file: it may be one. */
  readonly possible: readonly string[];
  readonly chunks: readonly string[];
}

/** Paths are relative to the build, as the file's own is. */
export async function referencesOf(path: string, text: string): Promise<References> {
  if (/\.m?js$/.test(path)) return ofScript(path, text);
  if (path.endsWith('.css')) return { needed: [], possible: addresses(path, text, cssAddress), chunks: [] };
  if (path.endsWith('.html')) return { needed: [], possible: addresses(path, text, htmlAddress), chunks: [] };
  if (path.endsWith('.json')) return { needed: [], possible: addresses('', text, literal), chunks: [] };
  return { needed: [], possible: [], chunks: [] };
}

const cssAddress = /(?:url\(\s*["']?|@import\s+["'])([^"')\s]+)/g;
const htmlAddress = /(?:src|href|poster)\s*=\s*["']?([^"'\s>]+)/g;
const literal =
  /["'`]((?:\.{0,2}\/)?[\w@./~-]+\.(?:m?js|css|json|wasm|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|otf|map))["'`]/g;

async function ofScript(path: string, text: string): Promise<References> {
  await init;
  return {
    needed: specifiers(path, text)
      .filter((name) => name.startsWith('.'))
      .flatMap((name) => within(path, name)),
    // Vite writes relative to the module, webpack relative to the build: one of the two is there.
    possible: [...addresses(path, text, literal), ...addresses('', text, literal)],
    chunks: chunkIds(text),
  };
}

function specifiers(path: string, text: string): readonly string[] {
  try {
    return parse(text, path)[0].flatMap((found) => found.n ?? []);
  } catch {
    return [];
  }
}

function addresses(path: string, text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, address = '']) => within(path, address));
}

/** Nothing where it leads out of the build, or elsewhere. */
function within(path: string, address: string): readonly string[] {
  const [file = ''] = address.split(/[?#]/);
  if (file === '' || /^([a-z][a-z0-9+.-]*:|\/)/i.test(file)) return [];
  const found = posix.normalize(posix.join(posix.dirname(path), file));
  return found.startsWith('..') || found === '.' || found.endsWith('/') ? [] : [found];
}
