import type { AnalysisRules, BaselineBefore, Effect, Plan, Rollout, VersionId } from '@sluice/core';
import {
  DeliveryError,
  firstObstacle,
  firstWeightBp,
  groupKey,
  intendedPointer,
  isPreview,
  isRunning,
  overrideFor,
  startRollout as begin,
} from '@sluice/core';
import { serialiseRecord, type RolloutRecord } from '@sluice/schema';
import { baselineBefore } from '../baselines.js';
import { historyEntryOf, memberRecordOf } from '../commit.js';
import { readPlatformDocument } from '../documents.js';
import { obstaclesForAll } from '../obstacles.js';
import { noFacts, type Platform, type PlatformApp } from '../platform.js';
import { takeSlot } from '../running-slots.js';
import { needsClaims, settle } from '../settle.js';
import { statusOf } from '../status.js';
import { unableError } from '../unable-routers.js';
import type { MemberState, UnitState } from '../unit.js';
import { readGroupUnit, readUnit } from '../unit.js';
import { attemptsOnConflict, writeText } from '../write-json.js';
import type { Asked, CommandResult } from './result.js';
import { unfitError } from './preflight.js';
import { findApp, findVersion, missingOrAltered, refuse } from './result.js';
import { busy, groupError, notFree, notLive, obstructed, stableAlready } from './start-group-errors.js';

export interface StartGroup extends Omit<Asked, 'app'> {
  readonly group: string;
  /** Version of each member that moves; at least two. */
  readonly versions: Readonly<Record<string, string>>;
  readonly plan: Plan;
  /** What members are judged by, by app; default: the plan's. */
  readonly rules?: Readonly<Record<string, AnalysisRules>> | undefined;
}

interface Wanted {
  readonly app: PlatformApp;
  readonly version: VersionId;
}

/**
 * Starts several apps as one: one salt, one record, one write of the index. All of them are checked before anything is
 * written. Refused: `group-unknown`, `rollout-running`, and like start.
 */
export async function startGroup(platform: Platform, asked: StartGroup): Promise<CommandResult> {
  const wanted = await checked(platform, asked);
  if (wanted instanceof DeliveryError) return refuse(wanted);
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const result = await tryStart(platform, { asked, wanted });
    if (result !== undefined) return result;
  }
  return refuse(
    new DeliveryError({
      code: 'pointer-conflict',
      message: `The group "${asked.group}" was changed by others again and again.`,
      remedy: 'Try again.',
    }),
  );
}

async function checked(platform: Platform, asked: StartGroup): Promise<readonly Wanted[] | DeliveryError> {
  const group = platform.groups?.find(({ name }) => name === asked.group);
  const names = Object.keys(asked.versions);
  const strangers = names.filter((name) => group?.apps.includes(name) !== true);
  if (group === undefined || names.length < 2 || strangers.length > 0) return groupError(platform, asked, strangers);
  const wanted: Wanted[] = [];
  for (const [name, text] of Object.entries(asked.versions)) {
    const app = findApp(platform, name);
    const version = findVersion(text);
    if (app instanceof DeliveryError) return app;
    if (version instanceof DeliveryError || isPreview(version))
      return version instanceof DeliveryError ? version : groupError(platform, asked, []);
    const unable = unableError(platform, { app: app.place.app, plan: asked.plan });
    if (unable !== undefined) return unable;
    const flaw = await missingOrAltered(platform, app, version);
    if (flaw !== undefined) return flaw;
    const together = asked.versions;
    const unfit = await unfitError(platform, { app, version, together, overrides: asked.overrides });
    if (unfit !== undefined) return unfit;
    wanted.push({ app, version });
  }
  return wanted;
}

interface Attempt {
  readonly asked: StartGroup;
  readonly wanted: readonly Wanted[];
}

/** Undefined where somebody else was faster. */
async function tryStart(platform: Platform, { asked, wanted }: Attempt): Promise<CommandResult | undefined> {
  const before = await settled(platform, asked, wanted);
  if (before instanceof DeliveryError) return refuse(before);
  const { document, group, members } = before;
  const obstacle = firstObstacle(obstaclesForAll(platform, document), asked.overrides ?? []);
  if (obstacle !== undefined) return refuse(obstructed(asked, obstacle.why, overrideFor(obstacle)));
  const id = platform.newId();
  const known: (BaselineBefore | undefined)[] = [];
  for (const { app } of wanted) known.push(await baselineBefore(platform, app.place.app));
  // One weight for all: the least that any of them allows.
  const firstBp = Math.min(...known.map((before) => firstWeightBp(asked.plan, before)));
  const slot = {
    unit: asked.group,
    rolloutId: id,
    salt: saltOfGroup(asked, id),
    weightBp: firstBp,
    sinceMs: platform.now(),
  };
  const limit = asked.overrides?.includes('limit') === true ? undefined : await takeSlot(platform, slot);
  if (limit !== undefined) return refuse(obstructed(asked, limit.why, 'limit'));
  const record = await recordOf(platform, {
    asked,
    wanted,
    members,
    id,
    known,
    firstBp,
    serial: group?.record.serial ?? 0,
  });
  const written = await writeText(platform.store, {
    key: groupKey(asked.group),
    text: serialiseRecord(record),
    etag: group?.etag ?? null,
  });
  if (written.kind === 'conflict') return undefined;
  const unit = await readGroupUnit(platform, asked.group);
  if (unit === null) return undefined;
  const after = await settle(platform, unit);
  if (needsClaims(after)) return refuse(notFree(asked.group));
  const list = wanted.map(({ app, version }) => `${app.place.app} ${version}`).join(' and ');
  const summary = `${list} are on trial together with ${String(firstBp / 100)} % of the users, plan ${asked.plan.name}. Watch them with \`sluice watch ${asked.group}\`.`;
  return { kind: 'done', summary, status: statusOf(platform, after) };
}

interface Settled {
  readonly document: Awaited<ReturnType<typeof readPlatformDocument>>['value'];
  readonly group: UnitState | null;
  readonly members: readonly MemberState[];
}

/** What was begun before is finished first, and no member may have a rollout of its own. */
async function settled(
  platform: Platform,
  asked: StartGroup,
  wanted: readonly Wanted[],
): Promise<Settled | DeliveryError> {
  const found = await readGroupUnit(platform, asked.group);
  const group = found === null ? null : await settle(platform, found);
  const members: MemberState[] = [];
  for (const { app, version } of wanted) {
    const unit = await settle(platform, await readUnit(platform, app));
    if (isRunning(unit.asked.record.rollout)) return busy(asked.group, unit.asked.record.rollout);
    if (unit.asked.pointer === null) return notLive(app.place.app);
    if (unit.asked.pointer.version === version) return stableAlready(app.place.app, version);
    members.push(unit.asked);
  }
  const running = group?.members.map(({ record }) => record.rollout).find(isRunning);
  if (running !== undefined) return busy(asked.group, running);
  return { document: (await readPlatformDocument(platform.store)).value, group, members };
}

function planOf({ plan, rules }: StartGroup, app: string): Plan {
  return { ...plan, rules: rules?.[app] ?? plan.rules };
}

const saltOfGroup = (asked: StartGroup, id: string): string => `${asked.group}@${id.slice(0, 8)}`;

interface Recording extends Attempt {
  readonly members: readonly MemberState[];
  readonly id: string;
  readonly serial: number;
  /** What is known of stable, by member. */
  readonly known: readonly (BaselineBefore | undefined)[];
  readonly firstBp: number;
}

async function recordOf(platform: Platform, input: Recording): Promise<RolloutRecord> {
  const { asked, wanted, members, id } = input;
  const generation = Math.max(...members.map((member) => member.highestGeneration)) + 1;
  const started: { next: Rollout; effects: readonly Effect[] }[] = [];
  for (const [i, { app, version }] of wanted.entries()) {
    const facts = (await platform.factsOf?.(app, version)) ?? noFacts;
    const stable = members[i]?.pointer?.version ?? version;
    started.push(
      begin({
        id: `${id}-${app.place.app}`,
        app: app.place.app,
        group: asked.group,
        stable,
        canary: version,
        plan: planOf(asked, app.place.app),
        actor: asked.actor,
        why: asked.reason,
        atMs: platform.now(),
        nextGeneration: generation,
        salt: saltOfGroup(asked, id),
        commit: facts.commit,
        rollbackSafe: facts.rollbackSafe,
        overrides: asked.overrides,
        before: input.known[i],
        weightBp: input.firstBp,
      }),
    );
  }
  const lastUpdated = new Date(platform.now()).toISOString();
  const outbox = started.flatMap(({ effects }) =>
    effects.map((effect) => historyEntryOf(platform, { effect, generation })),
  );
  return {
    schema: 1,
    unit: asked.group,
    serial: input.serial + 1,
    members: started.map(({ next }, i) => {
      const member = members[i];
      if (member?.pointer === null || member === undefined) throw new TypeError('a member has no pointer');
      const pointerInput = { before: member.pointer, generation, lastUpdated, deployedBy: asked.actor.name };
      const change = { app: next.app, rollout: next, pointer: intendedPointer(next, pointerInput) };
      return memberRecordOf(member, { change, outbox });
    }),
    id,
    group: null,
    queue: null,
    outbox,
  };
}
