import type { History, HistoryEntry, Pointer } from '@sluice/core';
import { DeliveryError, historyKey, pointerKey } from '@sluice/core';
import { serialiseHistory } from '@sluice/schema';
import { alignIndex } from './align-index.js';
import type { AppState } from './app-state.js';
import { readAppState } from './app-state.js';
import { readHistoryDocument, readPointerDocument } from './documents.js';
import type { Platform } from './platform.js';
import { attemptsOnConflict, writeText } from './write-json.js';

/**
 * Finishes what the record says: pointer → index → history. Idempotent; whoever comes next after a crash does the rest.
 * A pointer that a human changed is left alone, and the index follows it.
 */
export async function settle(platform: Platform, state: AppState): Promise<AppState> {
  let settled = state;
  if (settled.write === 'pending') settled = await writePointer(platform, settled);
  if (settled.pointer !== null) await followPointer(platform, settled.app.place.app, settled);
  await appendHistory(platform, settled, settled.record.outbox);
  return settled;
}

async function writePointer(platform: Platform, state: AppState): Promise<AppState> {
  const { write } = state.record;
  if (write === null) return state;
  const key = pointerKey(state.app.place);
  await writeText(platform.store, { key, text: write.text, etag: write.before });
  // Written, or somebody was faster, or a time-out hid a success: only reading it again tells.
  return readAppState(platform, state.app);
}

/** What is served follows the pointer, always; it is read again after it was copied. */
async function followPointer(platform: Platform, app: string, state: AppState): Promise<void> {
  let pointer: Pointer | null = state.pointer;
  let etag = state.pointerEtag;
  for (let attempt = 0; attempt < attemptsOnConflict && pointer !== null; attempt += 1) {
    await alignIndex(platform, [{ app, pointer }]);
    const again = await readPointerDocument(platform.store, pointerKey(state.app.place));
    if (again === null || again.etag === etag) return;
    pointer = again.value;
    etag = again.etag;
  }
}

/** Appends the lines that are not there yet; the same line twice is one line. */
async function appendHistory(platform: Platform, state: AppState, lines: readonly HistoryEntry[]): Promise<void> {
  if (lines.length === 0) return;
  const key = historyKey(state.app.place);
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const found = await readHistoryDocument(platform.store, key);
    const known = new Set(found.value.entries.map((entry) => entry.id));
    const missing = lines.filter((entry) => !known.has(entry.id));
    if (missing.length === 0) return;
    const next: History = { ...found.value, entries: [...found.value.entries, ...missing] };
    const result = await writeText(platform.store, { key, text: serialiseHistory(next), etag: found.etag });
    if (result.kind === 'written') return;
  }
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `"${key}" was changed by others ${String(attemptsOnConflict)} times while it was being written.`,
    remedy: 'Nothing is lost: the lines are in the record and the next run appends them.',
  });
}
