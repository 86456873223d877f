import type { AppId, Members, PlatformIndex, Pointer, Rollout } from '@sluice/core';
import { DeliveryError, groupKey, indexKey, isRunning, pointerKey, readPointer, recordKey } from '@sluice/core';
import type { MemberRecord, RolloutRecord } from '@sluice/schema';
import type { Found, FoundPointer } from './documents.js';
import { readGroupDocument, readIndexDocument, readPointerDocument, readRecordDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';
import { sameDecision } from './same-decision.js';
import type { RouteState } from './route.js';

/** Record and pointer of one app as they were read together, and what they say about each other. */
export interface MemberState {
  readonly app: PlatformApp;
  readonly record: MemberRecord;
  readonly pointer: Pointer | null;
  readonly pointerEtag: string | null;
  /** SHA-256 of its bytes. */
  readonly pointerHash: string | null;
  /** `done`: the pointer is as intended · `pending`: it is to be written · `drifted`: a human changed it · `free`: nothing is intended. */
  readonly write: 'done' | 'pending' | 'drifted' | 'free';
  /** The highest generation seen in record, pointer and index. */
  readonly highestGeneration: number;
  /** The app's own record, `rollout.json`; for an app alone it is the unit's. */
  readonly home: Found<RolloutRecord>;
  /** False: the app has gone its own way since the group's last rollout ended, or is not claimed yet. */
  readonly claimed: boolean;
}

/** What moves as one: an app alone, or a group; as seen when one of its apps was asked about. */
export interface UnitState {
  readonly key: string;
  readonly record: RolloutRecord;
  readonly etag: string | null;
  readonly members: readonly MemberState[];
  readonly asked: MemberState;
  /** What the routers serve, once they were asked. */
  readonly routes?: readonly RouteState[];
}

/** What a tick reads once for all apps. */
export interface View {
  readonly index: Found<PlatformIndex> | null;
  /** Where pointers are put that the index is to follow: all apps of a tick in one write. */
  readonly later?: SeenPointer[];
}

/** A pointer as it was read; another etag means that somebody has changed it since. */
export interface SeenPointer {
  readonly app: string;
  readonly key: string;
  readonly etag: string | null;
  readonly pointer: Pointer;
}

export async function readView(platform: Platform): Promise<View> {
  return { index: await readIndexDocument(platform.store, indexKey) };
}

/** The unit that moves an app: the app itself, or the group that holds it. */
export async function readUnit(platform: Platform, app: PlatformApp, view?: View): Promise<UnitState> {
  // Records first: a pointer that is newer than its record is a human's, never the other way round.
  const key = recordKey(app.place);
  const home = await readRecordDocument(platform.store, key, app.place.app);
  const group = home.value.group === null ? null : await readGroup(platform, home.value.group.name);
  if (group !== null && group.value.id === home.value.group?.id) {
    return unitOf(platform, { asked: app, key: groupKey(group.value.unit), found: group }, view);
  }
  return unitOf(platform, { asked: app, key, found: home }, view);
}

/** A group by its name, whether its members refer to it or not; null where it never moved. */
export async function readGroupUnit(platform: Platform, name: string, view?: View): Promise<UnitState | null> {
  const group = await readGroup(platform, name);
  const first = group?.value.members[0];
  if (group === null || first === undefined) return null;
  return unitOf(platform, { asked: appNamed(platform, first.app), key: groupKey(name), found: group }, view);
}

/** The same unit as it is now. */
export async function readAgain(platform: Platform, unit: UnitState, view?: View): Promise<UnitState> {
  const { app } = unit.asked;
  const group = unit.record.id === null ? null : await readGroup(platform, unit.record.unit);
  if (group === null) return readUnit(platform, app, view);
  return unitOf(platform, { asked: app, key: unit.key, found: group }, view);
}

const readGroup = (platform: Platform, name: string): Promise<Found<RolloutRecord> | null> =>
  readGroupDocument(platform.store, groupKey(name));

interface Where {
  readonly asked: PlatformApp;
  readonly key: string;
  readonly found: Found<RolloutRecord>;
}

async function unitOf(platform: Platform, where: Where, view: View | undefined): Promise<UnitState> {
  const { found, key } = where;
  const index = (view ?? (await readView(platform))).index?.value;
  const members: MemberState[] = [];
  for (const record of found.value.members) members.push(await memberOf(platform, { ...where, record, index }));
  const asked = members.find(({ app }) => app.place.app === where.asked.place.app) ?? members[0];
  if (asked === undefined) throw new RangeError(`"${key}" has no member`);
  return { key, record: found.value, etag: found.etag, members, asked };
}

interface MemberInput extends Where {
  readonly record: MemberRecord;
  readonly index: PlatformIndex | undefined;
}

async function memberOf(platform: Platform, input: MemberInput): Promise<MemberState> {
  const { record, found, index } = input;
  const app = appNamed(platform, record.app);
  const { id } = found.value;
  const home = id === null ? found : await readRecordDocument(platform.store, recordKey(app.place), record.app);
  const claimed = id === null || home.value.group?.id === id;
  const pointer = await readPointerDocument(platform.store, pointerKey(app.place));
  const generations = [pointer?.value.generation, index?.apps[record.app]?.generation, ownHighest(home.value)];
  return {
    app,
    record,
    pointer: pointer?.value ?? null,
    pointerEtag: pointer?.etag ?? null,
    pointerHash: pointer?.hash ?? null,
    write: claimed ? await writeState(platform, record, pointer) : 'free',
    highestGeneration: Math.max(record.highestGeneration, ...generations.map((one) => one ?? 0)),
    home,
    claimed,
  };
}

function ownHighest(home: RolloutRecord): number {
  return home.members[0]?.highestGeneration ?? 0;
}

async function writeState(
  platform: Platform,
  record: MemberRecord,
  pointer: FoundPointer | null,
): Promise<MemberState['write']> {
  if (record.write === null) return 'free';
  if (pointer?.hash === record.write.hash) return 'done';
  if ((pointer?.etag ?? null) !== record.write.before) return 'drifted';
  return (await wasIndexed(platform, record)) ? 'drifted' : 'pending';
}

/**
 * The index is written after the pointer: where it has what was intended, the pointer was there already, and the bytes
 * from before are back because a human restored them.
 */
async function wasIndexed(platform: Platform, { app, write }: MemberRecord): Promise<boolean> {
  const intended = readPointer(JSON.parse(write?.text ?? 'null'))?.pointer;
  const entry = (await readIndexDocument(platform.store, indexKey))?.value.apps[app];
  return (
    intended?.generation !== undefined &&
    entry !== undefined &&
    (entry.generation ?? -1) >= intended.generation &&
    sameDecision(entry, intended)
  );
}

const byName = new WeakMap<Platform['apps'], ReadonlyMap<AppId, PlatformApp>>();

function appNamed({ apps }: Platform, name: AppId): PlatformApp {
  const named = byName.get(apps) ?? new Map(apps.map((app) => [app.place.app, app]));
  byName.set(apps, named);
  const found = named.get(name);
  if (found !== undefined) return found;
  throw new DeliveryError({
    code: 'app-unknown',
    message: `A group's record names the app "${name}", which is not in sluice.config.`,
    remedy: 'Put it back under `apps` until the rollout of its group has ended.',
  });
}

/** The rollouts of a unit that run; empty where none does. */
export function runningIn(unit: UnitState): Members {
  const rollouts = unit.members.map(({ record }) => record.rollout).filter((one): one is Rollout => one !== null);
  return rollouts.some(isRunning) ? rollouts : [];
}

/** Generation that the next pointers of a unit carry: above all that any of its members has. */
export function nextGeneration(unit: UnitState): number {
  return Math.max(...unit.members.map(({ highestGeneration }) => highestGeneration)) + 1;
}
