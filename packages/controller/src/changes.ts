import type { AppPlace, HistoryEntry } from '@sluice/core';
import { DeliveryError, historyArchiveKey, historyKey } from '@sluice/core';
import type { LineEvent } from '@sluice/schema';
import { readHistoryDocument, readPlatformDocument } from './documents.js';
import type { Platform } from './platform.js';

/** Everything that changed, newest first; and which histories could not be read. */
export interface Changes {
  readonly entries: readonly HistoryEntry[];
  /** Stop-the-line and its ends. */
  readonly line: readonly LineEvent[];
  readonly problems: readonly string[];
}

/** What changed since a moment, of all apps or of one. A history that cannot be read does not hide the others. */
export async function readChanges(
  platform: Platform,
  { sinceMs, app }: { readonly sinceMs: number; readonly app?: string | undefined },
): Promise<Changes> {
  const found = new Map<string, HistoryEntry>();
  const line: LineEvent[] = [];
  const problems: string[] = [];
  for (const { place } of platform.apps.filter((one) => app === undefined || one.place.app === app)) {
    problems.push(...(await problemOf(place.app, () => collectSince(platform, { place, sinceMs, found }))));
  }
  if (app === undefined) {
    const read = async (): Promise<void> => {
      const { log } = (await readPlatformDocument(platform.store)).value;
      line.push(...log.filter(({ at }) => Date.parse(at) >= sinceMs));
    };
    problems.push(...(await problemOf('stop-the-line', read)));
  }
  const entries = [...found.values()].filter(({ at }) => Date.parse(at) >= sinceMs);
  return { entries: entries.toSorted(newestFirst), line: line.toSorted(newestFirst), problems };
}

/** What went wrong, as a line; nothing where all went well. */
async function problemOf(whose: string, read: () => Promise<void>): Promise<readonly string[]> {
  try {
    await read();
    return [];
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return [`${whose}: ${error.message} ${error.remedy}`];
  }
}

interface Since {
  readonly place: AppPlace;
  readonly sinceMs: number;
  /** By id: after a crash some entries are in the history and in its archive. */
  readonly found: Map<string, HistoryEntry>;
}

/** From the history and, where it does not reach back so far, from its archive. */
async function collectSince(platform: Platform, { place, sinceMs, found }: Since): Promise<void> {
  const { value } = await readHistoryDocument(platform.store, historyKey(place));
  for (const entry of value.entries) found.set(entry.id, entry);
  const folder = historyArchiveKey(place, '').slice(0, -'.json'.length);
  const archives = (value.archived ?? 0) === 0 ? [] : await platform.store.list(folder);
  let oldest = value.entries[0];
  for (const { key } of archives.toReversed()) {
    if (oldest !== undefined && Date.parse(oldest.at) < sinceMs) return;
    const { entries } = (await readHistoryDocument(platform.store, key)).value;
    for (const entry of entries) found.set(entry.id, entry);
    oldest = entries[0];
  }
}

function newestFirst(
  a: { readonly at: string; readonly id: string },
  b: { readonly at: string; readonly id: string },
): number {
  return Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1);
}
