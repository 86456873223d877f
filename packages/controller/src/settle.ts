import type { HistoryEntry } from '@sluice/core';
import { isRunning, pointerKey, recordKey } from '@sluice/core';
import { serialiseRecord } from '@sluice/schema';
import { alignIndex, isInLine } from './align-index.js';
import { appendHistory } from './append-history.js';
import { readPointerDocument } from './documents.js';
import type { Platform } from './platform.js';
import { routeUnit } from './route.js';
import type { MemberState, SeenPointer, UnitState, View } from './unit.js';
import { readAgain, readUnit, runningIn } from './unit.js';
import { attemptsOnConflict, writeText } from './write-json.js';

/**
 * Finishes what the record says: pointer → index → history → routers. Idempotent; whoever comes next after a crash does the rest.
 * A pointer that a human changed is left alone, and the index follows it. Members of a group come into the index in one
 * write.
 */
export async function settle(platform: Platform, state: UnitState, view?: View): Promise<UnitState> {
  let settled = state;
  if (needsClaims(settled)) settled = await claimMembers(platform, settled);
  if (!isApart(settled) && settled.members.some(({ write }) => write === 'pending')) {
    settled = await writePointers(platform, settled, view);
  }
  if (!isApart(settled)) await followPointers(platform, settled, view);
  await appendOutbox(platform, settled);
  if (platform.routers === undefined || isApart(settled)) return settled;
  return { ...settled, routes: await routeUnit(platform, settled) };
}

/** A group's pointers are written when all members refer to it, and not before: one of them may be taken. */
export function needsClaims(unit: UnitState): boolean {
  return unit.record.id !== null && unit.members.some(({ claimed, record }) => !claimed && isRunning(record.rollout));
}

/**
 * A group of which one member went another way in this very moment: nothing of it is written, and pages see nothing of
 * what was, until the caller has taken note and all of them go back.
 */
function isApart(unit: UnitState): boolean {
  return needsClaims(unit) || (unit.record.id !== null && unit.members.some(({ write }) => write === 'drifted'));
}

/** Members that another rollout holds are left alone; the caller sees that they are not claimed. */
async function claimMembers(platform: Platform, unit: UnitState): Promise<UnitState> {
  const { id, unit: name } = unit.record;
  if (id === null) return unit;
  for (const { app, claimed } of unit.members) {
    if (claimed) continue;
    // What the app itself began is finished first: nobody looks at its own record while the group moves it.
    const own = await settle(platform, await readUnit(platform, app));
    if (runningIn(own).length > 0) continue;
    const { value, etag } = own.asked.home;
    const record = { ...value, serial: value.serial + 1, group: { name, id }, queue: null };
    await writeText(platform.store, { key: recordKey(app.place), text: serialiseRecord(record), etag });
  }
  return readAgain(platform, unit);
}

async function writePointers(platform: Platform, unit: UnitState, view: View | undefined): Promise<UnitState> {
  for (const { app, record, write } of unit.members) {
    if (write !== 'pending' || record.write === null) continue;
    const { text, before } = record.write;
    await writeText(platform.store, { key: pointerKey(app.place), text, etag: before });
  }
  // Written, or somebody was faster, or a time-out hid a success: only reading it again tells.
  return readAgain(platform, unit, view);
}

/** What is served follows the pointer, always. */
async function followPointers(platform: Platform, unit: UnitState, view: View | undefined): Promise<void> {
  const seen = unit.members.flatMap((member) => (member.pointer === null ? [] : [seenOf(member)]));
  if (view?.later === undefined || unit.record.id !== null) return copyPointers(platform, seen, view);
  view.later.push(...seen.filter((one) => !isInLine(view.index?.value, one)));
}

/** Copies pointers into the index in one write, and reads them again afterwards: they may have changed meanwhile. */
export async function copyPointers(
  platform: Platform,
  pointers: readonly SeenPointer[],
  view?: Pick<View, 'index'>,
): Promise<void> {
  let seen = pointers;
  for (let attempt = 0; attempt < attemptsOnConflict && seen.length > 0; attempt += 1) {
    const copied = await alignIndex(platform, seen, attempt === 0 ? view?.index : undefined);
    if (copied === 'in-line') return;
    const again: SeenPointer[] = [];
    for (const { app, etag, key } of seen) {
      const found = await readPointerDocument(platform.store, key);
      if (found !== null && found.etag !== etag) again.push({ app, key, etag: found.etag, pointer: found.value });
    }
    seen = again;
  }
}

function seenOf({ app, pointer, pointerEtag }: MemberState): SeenPointer {
  if (pointer === null) throw new TypeError('there is no pointer');
  return { app: app.place.app, key: pointerKey(app.place), etag: pointerEtag, pointer };
}

async function appendOutbox(platform: Platform, unit: UnitState): Promise<void> {
  for (const { app, record } of unit.members) {
    const lines: readonly HistoryEntry[] = unit.record.outbox.filter((entry) => entry.app === app.place.app);
    if (lines.length > 0) await appendHistory(platform, { app, lines, linesEver: record.lines });
  }
}
