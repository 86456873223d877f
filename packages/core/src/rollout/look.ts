import { note, sluice } from './draft.js';
import { end, takeBack } from './end.js';
import type { Effect, RolloutEvent, Step } from './event.js';
import { moved, refused } from './event.js';
import { firstObstacle } from './obstacle.js';
import type { Rollout } from './rollout.js';
import { stageOf } from './rollout.js';
import { explainWaiting, waitingFor } from './waiting.js';

/** The record is not written for less than this. */
const leastWatchedMs = 10_000;
/** Longer gaps are not counted: the controller was down, or a clock jumped. */
const longestGapMs = 60_000;

type Looked = RolloutEvent & { kind: 'looked' };

/** What is in the way, how long the stage takes, whether telemetry answers; and what the plan's policies say to it. */
export function look(rollout: Rollout, event: Looked): Step {
  if (rollout.driftedSinceMs !== null) return refused('not-yet', 'The pointer was changed outside Sluice.');
  let next = rollout;
  const effects: Effect[] = [];
  for (const rule of [meetObstacle, watchTelemetry, watchTime, judgeTime]) {
    const step = rule(next, event);
    if (step.kind === 'refused') continue;
    next = step.next;
    effects.push(...step.effects);
    if (next.end !== null) break;
  }
  return effects.length === 0 && next === rollout ? refused('not-yet', 'Nothing has changed.') : moved(next, effects);
}

const same = refused('not-yet', 'Nothing has changed.');

/** A freeze, stop-the-line, limit, dependency or global alarm that begins or ends. */
function meetObstacle(rollout: Rollout, { obstacles, atMs }: Looked): Step {
  const met = firstObstacle(obstacles, rollout.waived);
  const before = rollout.obstacle;
  if (met?.kind === 'frozen' && rollout.plan.onFreeze === 'roll-back') {
    return takeBack(rollout, { atMs, why: `${met.why} The plan takes canaries back when a freeze begins.` });
  }
  if (met?.kind === before?.kind && met?.why === before?.why) return same;
  if (met !== undefined && met.kind === before?.kind) {
    // The same thing in other words: kept for who asks, told to nobody.
    return moved({ ...rollout, obstacle: { ...met, sinceMs: before.sinceMs } });
  }
  if (met === undefined) {
    const why = `No longer: ${before?.why ?? ''}`;
    return moved({ ...rollout, obstacle: null }, [note(rollout, { kind: 'goes-on', atMs, why })]);
  }
  const next = { ...rollout, obstacle: { ...met, sinceMs: atMs } };
  return moved(next, [note(next, { kind: 'waiting', atMs, why: met.why })]);
}

/** Telemetry that is lost holds the weight; after the plan's limit its policy applies. */
function watchTelemetry(rollout: Rollout, { telemetry, atMs }: Looked): Step {
  const since = rollout.telemetryLostSinceMs;
  if (telemetry === 'ok') {
    if (since === null) return same;
    const next = { ...rollout, telemetryLostSinceMs: null };
    return moved(next, [note(next, { kind: 'telemetry-back', atMs, why: 'Telemetry answers again.' })]);
  }
  const { afterMs, policy } = rollout.plan.telemetryLost;
  if (since === null) {
    const next = { ...rollout, telemetryLostSinceMs: atMs };
    const why = 'Telemetry does not answer: the weight is held; no data is never a pass.';
    return moved(next, [note(next, { kind: 'telemetry-lost', atMs, why })]);
  }
  if (policy !== 'roll-back' || atMs - since < afterMs) return same;
  return takeBack(rollout, {
    atMs,
    why: 'Telemetry did not answer for too long, and the plan takes canaries back then.',
  });
}

/** Whether nothing but time, sessions and telemetry is missing: only such time is counted as watched. */
function isRamping(rollout: Rollout): boolean {
  return rollout.paused === null && rollout.obstacle === null && rollout.heldSinceMs === null;
}

function watchTime(rollout: Rollout, { atMs }: Looked): Step {
  const gapMs = atMs - rollout.watch.lastMs;
  if (gapMs >= 0 && gapMs < leastWatchedMs) return same;
  const watchedMs = gapMs < 0 || !isRamping(rollout) ? 0 : Math.min(gapMs, longestGapMs);
  // A paused rollout is not written again and again for nothing.
  if (watchedMs === 0 && gapMs >= 0 && gapMs < 6 * longestGapMs) return same;
  const credited = soaksByTime(rollout, atMs) ? watchedMs : 0;
  return moved({
    ...rollout,
    watch: { lastMs: atMs, totalMs: rollout.watch.totalMs + watchedMs },
    stage: {
      ...rollout.stage,
      watchedMs: rollout.stage.watchedMs + watchedMs,
      creditedMs: rollout.stage.creditedMs + credited,
    },
  });
}

/** A stage for an audience counts nobody; and a plan may go on without telemetry after its limit. */
function soaksByTime(rollout: Rollout, atMs: number): boolean {
  if (stageOf(rollout).audience !== undefined) return true;
  const { telemetryLost } = rollout.plan;
  const since = rollout.telemetryLostSinceMs;
  return telemetryLost.policy === 'continue' && since !== null && atMs - since >= telemetryLost.afterMs;
}

/** A stage past its deadline is told once; a rollout past its longest duration does what its plan says. */
function judgeTime(rollout: Rollout, { atMs }: Looked): Step {
  const effects: Effect[] = [];
  let next = rollout;
  const waiting = waitingFor(rollout);
  if (waiting === undefined || !isRamping(rollout)) return same;
  if (!rollout.stage.degraded && rollout.stage.watchedMs > rollout.plan.progressDeadlineMs) {
    next = { ...next, stage: { ...next.stage, degraded: true } };
    const why = `Stage ${String(next.stage.index + 1)} is not done by its deadline. ${explainWaiting(next, waiting)}`;
    effects.push(note(next, { kind: 'degraded', atMs, why }));
  }
  if (!rollout.inconclusive && rollout.watch.totalMs > rollout.plan.maxDurationMs) {
    return concludeNot({ ...next, inconclusive: true }, { atMs, effects });
  }
  return effects.length === 0 ? same : moved(next, effects);
}

function concludeNot(rollout: Rollout, before: { atMs: number; effects: readonly Effect[] }): Step {
  const { atMs } = before;
  const waiting = waitingFor(rollout);
  const why =
    `The plan's longest duration is over without a conclusion. ${waiting === undefined ? '' : explainWaiting(rollout, waiting)}`.trim();
  if (rollout.plan.onInconclusive === 'expire' && rollout.plan.mode === 'act') {
    const ended = end(rollout, { outcome: 'expired', atMs, actor: sluice, why });
    return ended.kind === 'moved' ? moved(ended.next, [...before.effects, ...ended.effects]) : ended;
  }
  const asked = rollout.plan.onInconclusive === 'promote-unproven' ? '' : ' A person must decide.';
  return moved(rollout, [...before.effects, note(rollout, { kind: 'inconclusive', atMs, why: why + asked })]);
}
