import type { AppId, Check, CheckAnswer, CheckSubject, Obstacle, Rollout } from '@sluice/core';

/** A check of an app, and when it stands in the way. */
export interface CheckGate {
  readonly app: AppId;
  readonly check: Check;
  /** 1-based stages that end only when it passes; null: all of them. */
  readonly stages: readonly number[] | null;
  /** A sound answer is asked for again after this long. */
  readonly everyMs: number;
}

/** What a check says now; `asking`: its first answer, or a fresh one, is under way. */
export interface CheckReading {
  readonly name: string;
  readonly kind: CheckAnswer['kind'] | 'asking';
  readonly why: string;
  /** Since when it has not answered; epoch milliseconds, null where it has. */
  readonly unansweredSinceMs: number | null;
}

/** The checks of a platform. Never rejects. */
export interface Checks {
  /** Of the stage that the rollout is in. */
  readings(rollout: Rollout): Promise<readonly CheckReading[]>;
}

/** What the checks of a rollout's stage come to. */
export interface CheckFindings {
  readonly obstacles: readonly Obstacle[];
  /** Nothing may go on before the answers are there. */
  readonly asking: boolean;
  /** Why the canary is to be taken back. */
  readonly takeBack: string | undefined;
}

/** A check that does not answer holds, and after the plan's limit does what the plan says of telemetry that is lost. */
export async function findingsOf(
  { checks, now }: { readonly checks?: Checks; readonly now: () => number },
  rollout: Rollout,
): Promise<CheckFindings> {
  const readings = (await checks?.readings(rollout)) ?? [];
  const findings = readings.map((reading) => ({ ...reading, why: `The check ${reading.name}: ${reading.why}.` }));
  const { afterMs, policy } = rollout.plan.telemetryLost;
  const isLost = ({ unansweredSinceMs }: CheckReading): boolean =>
    unansweredSinceMs !== null && now() - unansweredSinceMs >= afterMs;
  const waits = findings.filter((reading) => reading.kind !== 'passed' && reading.kind !== 'asking');
  const obstructing = waits.filter((reading) => policy !== 'continue' || !isLost(reading));
  const asking = findings.some(({ kind }) => kind === 'asking');
  // What stood in the way before the question still does, until there is an answer.
  const before = asking && rollout.obstacle?.kind === 'check' ? [rollout.obstacle] : [];
  const back = waits.find((reading) => reading.kind === 'failed' || (policy === 'roll-back' && isLost(reading)));
  return {
    obstacles: [...obstructing.map(({ why }) => ({ kind: 'check' as const, why })), ...before],
    asking,
    takeBack: back?.why,
  };
}

/** What a check is asked about a rollout as it stands. */
export function subjectOf({ app, stable, canary, id, stage }: Rollout): CheckSubject {
  return { app, stable, canary, rolloutId: id, stage: stage.index + 1, percent: stage.weightBp / 100 };
}

export function gatesOf(gates: readonly CheckGate[], { app, stage }: Rollout): readonly CheckGate[] {
  return gates.filter((gate) => gate.app === app && (gate.stages?.includes(stage.index + 1) ?? true));
}

/** For a command that runs once: each check is asked now, and its answer counts. */
export function createChecksAskedNow(gates: readonly CheckGate[], now: () => number): Checks {
  return {
    readings: (rollout) =>
      Promise.all(
        gatesOf(gates, rollout).map(async ({ check }): Promise<CheckReading> => {
          const answer = await check.ask(subjectOf(rollout));
          return { name: check.name, ...answer, unansweredSinceMs: answer.kind === 'unanswered' ? now() : null };
        }),
      ),
  };
}
