import { watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptedPointer, AppId, AppPlace, Pointer, ReadIndex } from '@sluice/core';
import { acceptPointer, indexKey, pointerKey, readPointer, readIndex } from '@sluice/core';
import { createGroupEntries } from './group-entries.js';

/** The pointers that the edge obeys, kept up to date from the store's folder. */
export interface Pointers {
  get(app: AppId): Pointer | undefined;
  /** The index as it is served: derived from the pointers, so that what is served follows them always. */
  index(): { readonly body: Buffer; readonly etag: string };
  raw(app: AppId): Buffer | undefined;
  close(): void;
}

export interface PointersOptions {
  readonly root: string;
  readonly places: readonly AppPlace[];
  readonly now: () => number;
  readonly etag: (bytes: Uint8Array) => string;
  readonly onProblem: (problem: string) => void;
}

export interface Held {
  accepted: AcceptedPointer;
  raw: Buffer;
}

/** A look this often even where the system does not tell of changes; with the watch it is mostly idle. */
const lookEveryMs = 120;

export async function watchPointers(options: PointersOptions): Promise<Pointers> {
  const held = new Map<AppId, Held>();
  const stamps = new Map<string, string>();
  let stored: ReadIndex | undefined;
  const groups = createGroupEntries();
  let index = derived(held, undefined, options.etag);

  const changed = async (path: string): Promise<boolean> => {
    const stamp = await stampOf(path);
    if (stamp === stamps.get(path)) return false;
    stamps.set(path, stamp);
    return true;
  };
  const look = async (): Promise<void> => {
    let moved = false;
    for (const place of options.places) {
      const path = join(options.root, pointerKey(place));
      if (!(await changed(path))) continue;
      const taken = await take(options, held, { place, path });
      // A lower generation is believed later although its file does not change again.
      if (taken === 'ignored') stamps.delete(path);
      moved = moved || taken === 'taken';
    }
    const indexPath = join(options.root, indexKey);
    if (await changed(indexPath)) {
      stored = await storedIndex(indexPath);
      moved = true;
    }
    const regrouped = groups.look({ held, stored, nowMs: options.now() });
    if (moved || regrouped) index = derived(groups.served(held), stored?.sampleRate, options.etag);
  };

  let looking = Promise.resolve();
  const lookSoon = (): void => {
    looking = looking.then(look).catch((error: unknown) => {
      options.onProblem(String(error));
    });
  };
  await look();
  const timer = setInterval(lookSoon, lookEveryMs);
  const watchers = options.places.flatMap((place) =>
    watchFolder(join(options.root, pointerKey(place), '..'), lookSoon),
  );
  return {
    get: (app) => groups.served(held).get(app)?.accepted.pointer,
    raw: (app) => held.get(app)?.raw,
    index: () => index,
    close: () => {
      clearInterval(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function watchFolder(folder: string, onChange: () => void): { close(): void }[] {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => {
      watcher.close();
    });
    return [watcher];
  } catch {
    // The folder comes with the first version; until then the regular look finds it.
    return [];
  }
}

/** Takes a pointer as readers do; a garbled one changes nothing. */
async function take(
  options: PointersOptions,
  held: Map<AppId, Held>,
  from: { readonly place: AppPlace; readonly path: string },
): Promise<'taken' | 'ignored' | 'refused'> {
  const raw = await readFile(from.path).catch(() => undefined);
  const { app } = from.place;
  if (raw === undefined) return 'refused';
  const read = readPointer(parse(raw.toString('utf8')));
  const before = held.get(app);
  if (read === undefined || (read.kind === 'damaged' && before !== undefined)) {
    options.onProblem(
      `${from.path} is not a sound pointer: ${before === undefined ? 'nothing is served' : 'the last good one is served on'}`,
    );
    return 'refused';
  }
  const accepted = acceptPointer(before?.accepted, read.pointer, options.now());
  if (accepted === before?.accepted) return 'ignored';
  held.set(app, { accepted, raw });
  return 'taken';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    return `${String(ino)}.${String(mtimeNs)}.${String(size)}`;
  } catch {
    return 'none';
  }
}

async function storedIndex(path: string): Promise<ReadIndex | undefined> {
  return readIndex(parse(await readFile(path, 'utf8').catch(() => '')));
}

function derived(
  held: ReadonlyMap<AppId, Held>,
  sampleRate: number | undefined,
  etag: (bytes: Uint8Array) => string,
): { body: Buffer; etag: string } {
  const apps = [...held]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([app, { accepted }]) => {
      const { metadata: _notForPages, ...pointer } = accepted.pointer;
      return [app, pointer] as const;
    });
  const body = Buffer.from(
    JSON.stringify({ schema: 1, sampleRate: sampleRate ?? 0.01, apps: Object.fromEntries(apps) }),
  );
  return { body, etag: etag(body) };
}
