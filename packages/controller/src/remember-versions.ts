import { parseVersionsSeen, mergeVersionsSeen, serialiseVersionsSeen } from '@sluice/schema';
import { versionsSeenKey } from '@sluice/core';
import type { Platform } from './platform.js';
import { writeText } from './write-json.js';

const everyMs = 3_600_000;

/** Keeps which versions pages had, written once an hour: what gc needs to know. */
export interface SeenVersions {
  saw(app: string, version: string): void;
  /** Writes what is due; a conflict or a failure is written the next time. */
  write(): Promise<void>;
}

export function createSeenVersions(platform: Platform): SeenVersions {
  const seen = new Map<string, Map<string, number>>();
  let writtenMs: number | undefined;
  return {
    saw(app, version) {
      const versions = seen.get(app) ?? new Map<string, number>();
      seen.set(app, versions);
      if (versions.size < 1000 || versions.has(version)) versions.set(version, platform.now());
    },
    async write() {
      if (writtenMs !== undefined && platform.now() - writtenMs < everyMs && platform.now() >= writtenMs) return;
      writtenMs = platform.now();
      for (const { place } of platform.apps) {
        const key = versionsSeenKey(place);
        const found = await platform.store.read(key);
        const before = found && parseVersionsSeen(new TextDecoder().decode(found.bytes));
        const merged = mergeVersionsSeen(before, seen.get(place.app) ?? new Map<string, number>(), platform.now());
        const etag = found?.etag ?? null;
        const result = await writeText(platform.store, { key, text: serialiseVersionsSeen(merged), etag });
        if (result.kind === 'written') seen.delete(place.app);
      }
    },
  };
}
