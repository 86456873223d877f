import type { AppId, AppPlace, Pointer, Router, Store, StoredObject } from '@sluice/core';
import { DeliveryError, indexKey, pointerKey, readIndex, readPointer, versionManifestKey } from '@sluice/core';
import { serialiseIndex, serialisePointer } from '@sluice/schema';
import { copyVersion } from './copy-version.js';

export interface RegionRouterOptions {
  /** Name of the region, for people. */
  readonly region: string;
  /** The target's own store. */
  readonly home: Store;
  /** The store of the region. */
  readonly store: Store;
  readonly places: readonly AppPlace[];
  readonly sampleRate: number;
}

const attempts = 20;

/**
 * A store in another region that follows the target's own: first the versions that the pointer names, then the pointer,
 * then its entry in the index. While the region cannot be reached it keeps what it had, and the others go on.
 */
export function createRegionRouter(options: RegionRouterOptions): Router {
  return {
    name: `region ${options.region}`,
    route: async (app, pointer) => {
      const place = placeOf(options, app);
      for (const version of [pointer.version, pointer.canaryVersion]) {
        if (version === null || (await options.store.read(versionManifestKey(place, version))) !== undefined) continue;
        await copyVersion({ from: options.home, to: options.store, place, version });
      }
      await change(options.store, pointerKey(place), (found) => nextPointer(pointer, found));
      const entry = await entryOf(options.home, app, pointer);
      await change(options.store, indexKey, (found) => nextIndex({ app, entry, ...options }, found));
    },
    served: async (app) => {
      const pointer = pointerIn(await options.store.read(pointerKey(placeOf(options, app))));
      const entry = indexIn(await options.store.read(indexKey)).get(app);
      // Pages read the index: where it says something else, that is what is served.
      return pointer === undefined || entry === undefined ? undefined : entry;
    },
  };
}

function placeOf({ places }: RegionRouterOptions, app: AppId): AppPlace {
  const found = places.find((place) => place.app === app);
  if (found === undefined) throw new TypeError(`"${app}" is not an app of this platform`);
  return found;
}

function nextPointer(pointer: Pointer, found: StoredObject | undefined): string | undefined {
  const before = pointerIn(found)?.generation ?? -1;
  if (pointer.generation !== undefined && pointer.generation < before) return undefined;
  return serialisePointer(pointer);
}

interface Entry {
  readonly app: AppId;
  readonly entry: Pointer;
  readonly sampleRate: number;
}

function nextIndex({ app, entry, sampleRate }: Entry, found: StoredObject | undefined): string | undefined {
  const apps = indexIn(found);
  if ((entry.generation ?? Infinity) < (apps.get(app)?.generation ?? -1)) return undefined;
  return serialiseIndex({ schema: 1, sampleRate, apps: { ...Object.fromEntries(apps), [app]: entry } });
}

/** A human's pointer has the generation that the target's own index stamped it with. */
async function entryOf(home: Store, app: AppId, pointer: Pointer): Promise<Pointer> {
  const { metadata: _notForPages, ...entry } = pointer;
  if (entry.generation !== undefined) return entry;
  const own = indexIn(await home.read(indexKey)).get(app);
  return own?.version === entry.version ? own : entry;
}

/** Compare-and-swap until it holds; undefined leaves what is there. */
async function change(store: Store, key: string, next: (found: StoredObject | undefined) => string | undefined) {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await store.read(key);
    const text = next(found);
    if (text === undefined || text === textOf(found)) return;
    const condition =
      found === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'matches', etag: found.etag } as const);
    if ((await store.write(key, new TextEncoder().encode(text), condition)).kind === 'written') return;
  }
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `"${key}" was changed by others ${String(attempts)} times while it was being written.`,
    remedy: 'It is tried again with the next tick.',
  });
}

function textOf(found: StoredObject | undefined): string | undefined {
  return found && new TextDecoder().decode(found.bytes);
}

function pointerIn(found: StoredObject | undefined): Pointer | undefined {
  return readPointer(json(found))?.pointer;
}

function indexIn(found: StoredObject | undefined): ReadonlyMap<AppId, Pointer> {
  const entries = [...(readIndex(json(found))?.apps ?? [])];
  return new Map(entries.map(([app, { pointer }]) => [app, pointer]));
}

function json(found: StoredObject | undefined): unknown {
  try {
    return JSON.parse(textOf(found) ?? 'null') as unknown;
  } catch {
    return null;
  }
}
