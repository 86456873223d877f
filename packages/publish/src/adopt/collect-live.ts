import type { AppKind } from '@sluice/core';
import { manifestFile } from '../check-remote.js';
import type { Problem } from '../scan.js';
import { chunkFiles } from './chunk-names.js';
import { referencesOf } from './references.js';

/** Bytes at an address; undefined where there is nothing, or a page in the place of a file. */
export type Fetch = (url: string) => Promise<Uint8Array | undefined>;

export interface LiveBuild {
  /** By path, relative to the build. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly problems: readonly Problem[];
}

const mostFiles = 3000;
const entries: Readonly<Record<AppKind, readonly string[]>> = {
  remote: [manifestFile, 'remoteEntry.js'],
  shell: ['index.html'],
};

/**
 * The files of a build that is live at an address, found from what names what: imports, style sheets, the manifest, and
 * the chunks that a runtime of webpack computes. What is computed in other ways is not found: the folder is better.
 */
export async function collectLive(input: {
  readonly kind: AppKind;
  /** The folder, or a file in it, like `https://cdn.example.com/mfe1/remoteEntry.js`. */
  readonly url: URL;
  readonly fetch: Fetch;
}): Promise<LiveBuild> {
  const base = new URL('.', input.url);
  const named = input.url.href.slice(base.href.length).replace(/[?#].*$/, '');
  const start = [...new Set([...(named === '' ? [] : [named]), ...entries[input.kind]])];
  const live = createCollection({ base, fetch: input.fetch });
  for (const path of start) live.wants(path, false);
  await live.follow();
  const found = start.some((path) => live.files.has(path));
  return { files: live.files, problems: found ? live.problems() : [nothing(base, start)] };
}

function createCollection({ base, fetch }: { readonly base: URL; readonly fetch: Fetch }) {
  const files = new Map<string, Uint8Array>();
  const asked = new Map<string, { needed: boolean }>();
  const queue: string[] = [];
  const texts: string[] = [];
  const ids = new Set<string>();
  const wants = (path: string, needed: boolean): void => {
    const known = asked.get(path);
    if (known !== undefined) known.needed ||= needed;
    else if (asked.size < mostFiles) {
      asked.set(path, { needed });
      queue.push(path);
    }
  };
  const take = async (path: string): Promise<void> => {
    const bytes = await fetch(new URL(path, base).href);
    if (bytes === undefined) return;
    files.set(path, bytes);
    if (!/\.(m?js|css|html|json)$/.test(path)) return;
    const text = new TextDecoder().decode(bytes);
    const { needed, possible, chunks } = await referencesOf(path, text);
    for (const one of needed) wants(one, true);
    for (const one of possible) wants(one, false);
    if (/\.m?js$/.test(path)) texts.push(text);
    for (const id of chunks) ids.add(id);
  };
  return {
    files,
    wants,
    async follow(): Promise<void> {
      while (queue.length > 0) {
        await Promise.all(queue.splice(0, 8).map(take));
        // A chunk may be loaded by a module other than the runtime that knows its name.
        for (const text of queue.length === 0 ? texts : [])
          for (const file of chunkFiles(text, [...ids])) wants(file, false);
      }
    },
    problems: () => [...asked].flatMap(([path, { needed }]) => (needed && !files.has(path) ? [missing(path)] : [])),
  };
}

function missing(path: string): Problem {
  return {
    place: path,
    problem: 'It is imported, and it is not there.',
    remedy: 'Name the folder of the build instead of its address.',
  };
}

function nothing(base: URL, names: readonly string[]): Problem {
  return {
    place: base.href,
    problem: `There is none of ${names.join(', ')}.`,
    remedy: 'Name the address of mf-manifest.json, of remoteEntry.js, or of the folder that they are in.',
  };
}
