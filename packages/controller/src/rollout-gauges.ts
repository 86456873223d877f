import type { Rollout } from '@sluice/core';
import { adaptiveRampOf, isRunning, stageOf, verdictOf, waitingFor } from '@sluice/core';
import type { MetricFamily, MetricSample } from '@sluice/telemetry';
import type { UnitState } from './unit.js';

/** The state of every running rollout, what has ended, and how the loop fares, for `/metrics`. */
export interface RolloutGauges {
  /** What a tick has looked at. */
  saw(units: readonly UnitState[]): void;
  ended(rollout: Rollout): void;
  ticked(seconds: number): void;
  problem(): void;
  families(nowMs: number): readonly MetricFamily[];
}

export function createRolloutGauges(): RolloutGauges {
  const running = new Map<string, Rollout>();
  const ended = new Map<string, { readonly labels: MetricSample['labels']; value: number }>();
  /** By app: each rollout ends once, however often that is told. */
  const last = new Map<string, string>();
  const loop = { ticks: 0, seconds: 0, problems: 0 };
  return {
    saw(units) {
      for (const { record } of units.flatMap(({ members }) => members)) {
        if (isRunning(record.rollout)) running.set(record.app, record.rollout);
        else running.delete(record.app);
      }
    },
    ended({ app, id, end }) {
      if (end === null || last.get(app) === id) return;
      last.set(app, id);
      const labels = { app, outcome: end.outcome };
      const key = `${app} ${end.outcome}`;
      const counted = ended.get(key) ?? { labels, value: 0 };
      ended.set(key, { labels, value: counted.value + 1 });
    },
    ticked(seconds) {
      loop.ticks += 1;
      loop.seconds += seconds;
    },
    problem() {
      loop.problems += 1;
    },
    families: (nowMs) => [
      ...gauges.map(({ name, help, of }): MetricFamily => {
        const samples = [...running.values()].flatMap((rollout) =>
          of(rollout, nowMs).map(({ labels = {}, value }) => ({
            labels: { app: rollout.app, version: rollout.canary, ...labels },
            value,
          })),
        );
        return { name: `sluice_rollout_${name}`, help, kind: 'gauge', samples };
      }),
      counter('sluice_rollouts_ended_total', 'Rollouts that ended, by outcome.', [...ended.values()]),
      counter('sluice_ticks_total', 'Ticks of the controller.', [{ labels: {}, value: loop.ticks }]),
      counter('sluice_tick_seconds_total', 'Time spent in ticks.', [{ labels: {}, value: loop.seconds }]),
      counter('sluice_problems_total', 'What went wrong in ticks.', [{ labels: {}, value: loop.problems }]),
    ],
  };
}

function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help, kind: 'counter', samples };
}

interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly of: (rollout: Rollout, nowMs: number) => readonly Reading[];
}
interface Reading {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

const one = (value: number): readonly Reading[] => [{ value }];
const byLabel = (label: string, values: Readonly<Record<string, number>>): readonly Reading[] =>
  Object.entries(values).map(([key, value]) => ({ labels: { [label]: key }, value }));

const gauges: readonly Gauge[] = [
  { name: 'weight_ratio', help: "Canary's share of the users.", of: ({ stage }) => one(stage.weightBp / 10_000) },
  { name: 'stage', help: 'Stage, from 1.', of: ({ stage }) => one(stage.index + 1) },
  { name: 'stages', help: 'Stages of the plan, the bake included.', of: ({ plan }) => one(plan.stages.length) },
  {
    name: 'stage_seconds',
    help: 'Time since the stage was entered.',
    of: ({ stage }, nowMs) => one(Math.max(0, nowMs - stage.enteredAtMs) / 1000),
  },
  {
    name: 'soaked_seconds',
    help: 'Soak that the stage was credited.',
    of: ({ stage }) => one(stage.creditedMs / 1000),
  },
  { name: 'soak_seconds', help: 'Soak that the stage needs.', of: (rollout) => one(stageOf(rollout).soakMs / 1000) },
  {
    name: 'adaptive',
    help: 'Whether the weight follows a risk budget now.',
    of: (rollout) => one(adaptiveRampOf(rollout) === undefined ? 0 : 1),
  },
  { name: 'held', help: 'Whether evidence holds it.', of: ({ heldSinceMs }) => one(heldSinceMs === null ? 0 : 1) },
  { name: 'paused', help: 'Whether a person has paused it.', of: ({ paused }) => one(paused === null ? 0 : 1) },
  {
    name: 'telemetry_lost',
    help: 'Whether telemetry cannot be reached.',
    of: ({ telemetryLostSinceMs }) => one(telemetryLostSinceMs === null ? 0 : 1),
  },
  {
    name: 'waiting',
    help: 'What it waits for.',
    of: (rollout) => [{ labels: { reason: waitingFor(rollout)?.kind ?? 'nothing' }, value: 1 }],
  },
  {
    name: 'sessions',
    help: 'Sessions that were counted, by arm.',
    of: ({ analysis: { totals } }) =>
      byLabel('arm', { canary: totals.canary.sessions, baseline: totals.baseline.sessions }),
  },
  {
    name: 'failed_sessions',
    help: 'Of these: failed.',
    of: ({ analysis: { totals } }) =>
      byLabel('arm', { canary: totals.canary.failed, baseline: totals.baseline.failed }),
  },
  {
    name: 'evidence_ln',
    help: 'Natural logarithm of the evidence.',
    of: ({ analysis, plan }) => {
      const { evidence } = verdictOf(analysis, plan.rules);
      return byLabel('verdict', {
        rollback: evidence.lnRollback,
        hold: evidence.lnHold,
        promote: evidence.lnPromote,
        'sample-ratio': evidence.lnSampleRatio,
      });
    },
  },
  {
    name: 'evidence_threshold_ln',
    help: 'Natural logarithm of the evidence at which the verdict is given.',
    of: ({ analysis, plan }) => {
      const { thresholds } = verdictOf(analysis, plan.rules);
      return byLabel('verdict', {
        rollback: thresholds.lnRollback,
        hold: thresholds.lnHold,
        promote: thresholds.lnPromote,
        'sample-ratio': thresholds.lnSampleRatio,
      });
    },
  },
];
