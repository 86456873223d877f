import type { History, HistoryEntry } from '@sluice/core';
import { DeliveryError, historyArchiveKey, historyKey, sluice } from '@sluice/core';
import { serialiseHistory } from '@sluice/schema';
import { readHistoryDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';
import { attemptsOnConflict, writeText } from './write-json.js';

/** More entries than this are shortened by half; what is taken away is kept in an archive document. */
const mostEntries = 1000;

export interface Lines {
  readonly app: PlatformApp;
  readonly lines: readonly HistoryEntry[];
  /** Lines that the record counts, these included. */
  readonly linesEver: number;
}

/** Appends the lines that are not there yet; the same line twice is one line. A lost history begins by saying so. */
export async function appendHistory(platform: Platform, input: Lines): Promise<void> {
  const { app, lines } = input;
  const key = historyKey(app.place);
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const found = await readHistoryDocument(platform.store, key);
    const known = new Set(found.value.entries.map((entry) => entry.id));
    const missing = lines.filter((entry) => !known.has(entry.id));
    if (missing.length === 0) return;
    const first = missing[0];
    const lost = found.etag === null && first !== undefined && input.linesEver > lines.length ? [lostLine(first)] : [];
    const grown: History = { ...found.value, entries: [...found.value.entries, ...lost, ...missing] };
    const next = await shortened(platform, app, grown);
    const result = await writeText(platform.store, { key, text: serialiseHistory(next), etag: found.etag });
    if (result.kind === 'written') return;
  }
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `"${key}" was changed by others ${String(attemptsOnConflict)} times while it was being written.`,
    remedy: 'Nothing is lost: the lines are in the record and the next run appends them.',
  });
}

function lostLine(next: HistoryEntry): HistoryEntry {
  const { app, at, version, stable } = next;
  const why =
    'The history before this line was lost: its document is gone. Rollback needs --to until a version is promoted.';
  return { id: `lost-${next.id}`, app, at, version, stable, kind: 'history-lost', actor: sluice, automatic: true, why };
}

/** The archive is written first: a crash in between leaves entries twice, never nowhere. */
async function shortened(platform: Platform, app: PlatformApp, history: History): Promise<History> {
  if (history.entries.length <= mostEntries) return history;
  const old = history.entries.slice(0, mostEntries / 2);
  const name = `${String(history.archived ?? 0).padStart(8, '0')}-${old[0]?.id ?? ''}`;
  const text = serialiseHistory({ schema: 1, entries: old });
  await writeText(platform.store, { key: historyArchiveKey(app.place, name), text, etag: null });
  const archived = (history.archived ?? 0) + old.length;
  return { ...history, archived, entries: history.entries.slice(old.length) };
}
