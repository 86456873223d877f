import type { GarbageInput, GarbagePlan, VersionId } from '@sluice/core';
import { planGarbage } from '@sluice/core';
import { parsePointerDocument, type MemberRecord } from '@sluice/schema';
import { readSureHistory, readSureSeen, readSureUnit } from './gc-evidence.js';
import { defaultRollbackWindowMs, type Platform, type PlatformApp } from './platform.js';
import type { UnitState } from './unit.js';
import {
  isLeftover,
  isNoted,
  readVersionFolder,
  readVersionFolders,
  removeFolder,
  writeNote,
  type GcNote,
  type VersionFolder,
} from './version-folders.js';

export interface GcOptions {
  readonly app: PlatformApp;
  readonly keepLast: number;
  readonly keepSeenMs: number;
  /** `ignore`: do without what telemetry saw; a person answers for it. */
  readonly seen?: 'ignore' | undefined;
}

export interface GcPlan extends GarbagePlan {
  readonly app: string;
  /** Versions without `version.json` that go as well: half removed, or torn for a day. */
  readonly leftovers: readonly VersionId[];
  /** Bytes of what is removed, leftovers included. */
  readonly bytes: number;
}

/** What may be removed, and why the rest stays; removes nothing. Throws `gc-unsure`. */
export async function planGc(platform: Platform, options: GcOptions): Promise<GcPlan> {
  const found = await decide(platform, options);
  const gone = [...found.remove, ...found.leftovers];
  return {
    app: options.app.place.app,
    remove: versionsOf(found.remove),
    leftovers: versionsOf(found.leftovers),
    keep: found.keep,
    bytes: bytesOf(gone),
  };
}

/**
 * Removes what the plan says; what a crash leaves is removed by the next run. What became needed meanwhile stays.
 * Folders that are not whole get a note, so that a run a day later knows that nothing has changed in them.
 */
export async function runGc(platform: Platform, options: GcOptions): Promise<GcPlan> {
  const { store } = platform;
  const { place } = options.app;
  const found = await decide(platform, options);
  const gone = new Set<VersionFolder>();
  const spared: VersionId[] = [];
  for (const planned of [...found.remove, ...found.leftovers]) {
    const folder = await stillUnneeded(platform, { app: options.app, planned });
    if (folder === undefined) spared.push(planned.version);
    else {
      await removeFolder(store, place, folder);
      gone.add(planned);
    }
  }
  for (const { version, files, bytes } of found.unnoted) {
    const note: GcNote = { kind: 'incomplete', sinceMs: platform.now(), files: files.length, bytes };
    await writeNote(store, { place, version, note });
  }
  return {
    app: place.app,
    remove: versionsOf(found.remove.filter((folder) => gone.has(folder))),
    leftovers: versionsOf(found.leftovers.filter((folder) => gone.has(folder))),
    keep: [...found.keep, ...spared.map((version) => ({ version, because: 'it changed while gc ran' }))],
    bytes: bytesOf([...gone]),
  };
}

/** Every version that the records of an app name: by a rollout, by what waits, by a pointer that is still to be written. */
function versionsInRecord(unit: UnitState): readonly VersionId[] {
  const { record, home } = unit.asked;
  const queued = [unit.record.queue, home.value.queue].flatMap((queue) => (queue === null ? [] : [queue.version]));
  return [...queued, ...[record, ...home.value.members].flatMap(versionsInMember)];
}

function versionsInMember({ rollout, write }: MemberRecord): readonly VersionId[] {
  const intended = write === null ? undefined : parsePointerDocument(write.text);
  return [
    ...(rollout === null ? [] : [rollout.stable, rollout.canary]),
    ...(intended?.kind === 'ok' ? versionsInPointer(intended.value) : []),
  ];
}

function versionsInPointer(pointer: {
  readonly version: VersionId;
  readonly canaryVersion: VersionId | null;
}): readonly VersionId[] {
  return pointer.canaryVersion === null ? [pointer.version] : [pointer.version, pointer.canaryVersion];
}

function namedBy(unit: UnitState): readonly VersionId[] {
  const { pointer } = unit.asked;
  return [...(pointer === null ? [] : versionsInPointer(pointer)), ...versionsInRecord(unit)];
}

interface Decided {
  readonly remove: readonly VersionFolder[];
  readonly leftovers: readonly VersionFolder[];
  readonly keep: GarbagePlan['keep'];
  /** Not whole, and without a note that says how long they have been as they are. */
  readonly unnoted: readonly VersionFolder[];
}

async function decide(platform: Platform, options: GcOptions): Promise<Decided> {
  const { app, keepLast } = options;
  const folders = await readVersionFolders(platform.store, app.place);
  const needs = await needsOf(platform, options);
  const published = folders.flatMap(({ version, state }) =>
    state.kind === 'published' ? [{ version, publishedAtMs: state.publishedAtMs }] : [],
  );
  const incomplete = folders.filter(({ state }) => state.kind === 'incomplete');
  const whole = planGarbage({ ...needs, published, keepLast });
  const torn = planGarbage({
    ...needs,
    published: incomplete.map(({ version }) => ({ version, publishedAtMs: 0 })),
    keepLast: 0,
  });
  const unneeded = incomplete.filter(({ version }) => torn.remove.includes(version));
  const leftovers = unneeded.filter((folder) => isLeftover(folder, platform.now()));
  const waiting = unneeded.filter((folder) => !leftovers.includes(folder));
  const because = 'it is not whole: perhaps it is being published; it goes when nothing changes in it for a day';
  return {
    remove: folders.filter(({ version }) => whole.remove.includes(version)),
    leftovers,
    keep: [...whole.keep, ...torn.keep, ...waiting.map(({ version }) => ({ version, because }))],
    unnoted: waiting.filter((folder) => !isNoted(folder)),
  };
}

/** Everything that says which versions are needed, but for the versions themselves. */
async function needsOf(platform: Platform, options: GcOptions): Promise<Omit<GarbageInput, 'published' | 'keepLast'>> {
  const unit = await readSureUnit(platform, options.app);
  return {
    named: namedBy(unit),
    history: await readSureHistory(platform, unit),
    seenMs: options.seen === 'ignore' ? new Map() : await readSureSeen(platform, options),
    keepSeenMs: options.keepSeenMs,
    rollbackWindowMs: platform.rollbackWindowMs ?? defaultRollbackWindowMs,
    nowMs: platform.now(),
    epochMs: Date.parse,
  };
}

/** The folder as it is now; undefined where it was started, published or added to since it was planned. */
async function stillUnneeded(
  platform: Platform,
  { app, planned }: { readonly app: PlatformApp; readonly planned: VersionFolder },
): Promise<VersionFolder | undefined> {
  const folder = await readVersionFolder(platform.store, app.place, planned.version);
  const same = folder.state.kind === planned.state.kind && folder.files.length === planned.files.length;
  const named = namedBy(await readSureUnit(platform, app)).includes(planned.version);
  return same && !named ? folder : undefined;
}

const versionsOf = (folders: readonly VersionFolder[]): readonly VersionId[] => folders.map(({ version }) => version);
const bytesOf = (folders: readonly VersionFolder[]): number => folders.reduce((sum, { bytes }) => sum + bytes, 0);
