import {
  parseAppId,
  parseVersionId,
  reduce,
  startRollout,
  weightDue,
  type Outcome,
  type Rollout,
  type RolloutEvent,
  type Slot,
} from '@sluice/core';
import { createRandom, type Random } from '../random/random.js';
import { createArrivals, type Arrivals } from './arrivals.js';
import { cutByIncident } from './behaviour.js';
import { baselineBefore } from './before.js';
import type { Scenario } from './scenario.js';
import { SlotLine } from './slot-line.js';

/** How one simulated rollout went. */
export interface Run {
  /** `running`: nobody waited any longer. */
  readonly outcome: Outcome | 'running';
  readonly endMs: number;
  /** Canary's share when it ended, in basis points. */
  readonly weightBp: number;
  /** When the canary first had the last stage's weight; null where it never had. */
  readonly fullMs: number | null;
  /** Canary sessions until everybody was back at stable, or had it to the end. */
  readonly exposed: number;
  readonly exposedFailed: number;
  /** Evidence held the ramp at some time. */
  readonly wasHeld: boolean;
  /** The shares were not what was assigned, as far as telemetry tells. */
  readonly wasSuspect: boolean;
  /** Highest ln of the rollback evidence. */
  readonly lnMax: number;
}

export interface RunOptions {
  readonly seed: number;
  /** Number of the run: another one, independent of the others. */
  readonly run: number;
  /** Sees the rollout after each tick that changed it; milliseconds since the start. */
  readonly watch?: (rollout: Rollout, atMs: number) => void;
}

/** One rollout from start to end, decided by the real reducer and analysis on slots as telemetry closes them. */
export function simulateRollout(scenario: Scenario, { seed, run, watch }: RunOptions): Run {
  return new SimulatedRollout(scenario, createRandom(seed, run)).play(watch);
}

/** Traffic at the start from which on base slots are 2 s. */
const busySessionsPerSecond = 100;
/** How often the controller looks where no slot closes. */
const lookMs = 10_000;

class SimulatedRollout {
  readonly #scenario: Scenario;
  readonly #arrivals: Arrivals;
  readonly #lines: readonly SlotLine[];
  #rollout: Rollout;
  #nowMs = 0;
  #takenMs = 0;
  #lastSlot = 0;
  #changed = { atMs: -Infinity, beforeBp: 0 };
  #seen = { exposed: 0, exposedFailed: 0, wasHeld: false, wasSuspect: false, fullMs: null as number | null };

  constructor(scenario: Scenario, random: Random) {
    this.#scenario = scenario;
    const before = baselineBefore(scenario, random);
    this.#rollout = startOf(scenario, before);
    this.#arrivals = createArrivals(scenario, random);
    const { closingLagMs, rules } = scenario.plan;
    const kinds = rules.metrics.some(({ kind }) => kind === 'limit')
      ? (['guardrail', 'comparison'] as const)
      : (['comparison'] as const);
    const baseSlotMs = this.#rollout.baseSlotMs ?? 10_000;
    this.#lines = kinds.map(
      (kind) => new SlotLine({ kind, rolloutId: this.#rollout.id, baseSlotMs, closingLagMs }, this.#rollout.stage, 0),
    );
  }

  play(watch?: RunOptions['watch']): Run {
    const { longestMs, tickMs } = this.#scenario;
    let lookedMs = 0;
    while (this.#rollout.end === null && this.#nowMs < longestMs) {
      const borderMs = Math.min(...this.#lines.map((line) => line.borderMs));
      const dueMs = Math.min(...this.#lines.map((line) => line.dueMs)) + tickMs;
      const tickAtMs = Math.min(dueMs, lookedMs + lookMs);
      this.#nowMs = Math.min(borderMs, tickAtMs, longestMs);
      if (this.#nowMs === borderMs) this.#reach();
      if (this.#nowMs !== tickAtMs) continue;
      lookedMs = this.#nowMs;
      if (this.#tick()) watch?.(this.#rollout, this.#nowMs);
    }
    this.#take();
    return this.#result();
  }

  #reach(): void {
    this.#take();
    for (const line of this.#lines) line.reach(this.#nowMs);
  }

  /** Sessions of the time since they were last taken. */
  #take(): void {
    const { weightBp, revision } = this.#rollout.stage;
    for (const cut of cutByIncident(this.#scenario, { fromMs: this.#takenMs, toMs: this.#nowMs })) {
      if (cut.toMs <= cut.fromMs) continue;
      const arrived = this.#arrivals.take({
        ...cut,
        weightBp,
        revision,
        known: this.#knownIn(cut),
        weightBeforeBp: this.#changed.beforeBp,
      });
      for (const line of this.#lines) line.add(arrived);
      this.#seen.exposed += arrived.all.canary.exposed;
      this.#seen.exposedFailed += arrived.all.canary.exposedFailed;
    }
    this.#takenMs = this.#nowMs;
  }

  /** Share of the pages that know the weight of now, in the mean over a span. */
  #knownIn({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): number {
    const { propagationMs } = this.#scenario;
    if (propagationMs <= 0) return 1;
    const at = (ms: number): number => Math.min(1, Math.max(0, (ms - this.#changed.atMs) / propagationMs));
    return (at(fromMs) + at(toMs)) / 2;
  }

  /** As the controller does: closed slots, then a look, then a move, else another weight. */
  #tick(): boolean {
    const before = this.#rollout;
    const atMs = this.#nowMs;
    for (const slot of this.#closed()) this.#reduce({ kind: 'slot-closed', atMs, slot });
    this.#reduce({ kind: 'looked', atMs, obstacles: [], telemetry: 'ok' });
    const nextGeneration = this.#rollout.stage.revision + 1;
    const moved = this.#reduce({ kind: 'ticked', atMs, nextGeneration });
    const weightBp = moved ? undefined : weightDue([this.#rollout], { atMs, sessionsPerSecond: () => this.#rate() });
    if (weightBp !== undefined) this.#reduce({ kind: 'weighed', atMs, nextGeneration, weightBp });
    this.#notice(before);
    return this.#rollout !== before;
  }

  #closed(): readonly Slot[] {
    const closed = this.#lines.flatMap((line) => line.takeClosed(this.#nowMs));
    return closed.map((slot) => ({ ...slot, id: (this.#lastSlot += 1) }));
  }

  #rate(): number {
    return this.#scenario.sessionsPerSecond;
  }

  #reduce(event: RolloutEvent): boolean {
    const step = reduce(this.#rollout, event);
    if (step.kind === 'moved') {
      // What was assigned before is taken under the weight of before.
      if (step.next.stage.revision !== this.#rollout.stage.revision) this.#take();
      this.#rollout = step.next;
    }
    return step.kind === 'moved';
  }

  #notice(before: Rollout): void {
    const { stage, heldSinceMs, analysis } = this.#rollout;
    if (heldSinceMs !== null) this.#seen.wasHeld = true;
    if (analysis.judgement.holds.includes('sample-ratio')) this.#seen.wasSuspect = true;
    if (stage.revision === before.stage.revision) return;
    this.#changed = { atMs: this.#nowMs, beforeBp: before.stage.weightBp };
    if (stage.index === this.#rollout.plan.stages.length - 1) this.#seen.fullMs ??= this.#nowMs;
    for (const line of this.#lines) line.follow(stage, this.#nowMs);
  }

  #result(): Run {
    const { end, stage, analysis } = this.#rollout;
    const back = end?.outcome === 'rolled-back' ? this.#stillAway() : { exposed: 0, exposedFailed: 0 };
    return {
      ...this.#seen,
      outcome: end?.outcome ?? 'running',
      endMs: this.#nowMs,
      weightBp: stage.weightBp,
      exposed: this.#seen.exposed + back.exposed,
      exposedFailed: this.#seen.exposedFailed + back.exposedFailed,
      lnMax: analysis.judgement.lnMax ?? 0,
    };
  }

  /** Sessions of pages that do not know of the rollback yet. */
  #stillAway(): { readonly exposed: number; readonly exposedFailed: number } {
    const { propagationMs } = this.#scenario;
    const { weightBp, revision } = this.#rollout.stage;
    const arrived = this.#arrivals.take({
      fromMs: this.#nowMs,
      toMs: this.#nowMs + propagationMs,
      isIncident: false,
      weightBp: 0,
      revision: revision + 1,
      known: 0.5,
      weightBeforeBp: weightBp,
    });
    return { exposed: arrived.all.canary.exposed, exposedFailed: arrived.all.canary.exposedFailed };
  }
}

function startOf(scenario: Scenario, before: ReturnType<typeof baselineBefore>): Rollout {
  const { plan, sessionsPerSecond } = scenario;
  const [app, stable, canary] = [parseAppId('app'), parseVersionId('v1.0.0'), parseVersionId('v1.1.0')];
  if (app === undefined || stable === undefined || canary === undefined) throw new RangeError('names');
  const actor = { kind: 'sluice', name: 'simulate' } as const;
  const { next } = startRollout({
    id: 'simulated',
    app,
    stable,
    canary,
    plan,
    actor,
    why: 'simulated',
    atMs: 0,
    nextGeneration: 1,
    before,
  });
  const baseSlotMs = sessionsPerSecond >= busySessionsPerSecond ? 2000 : 10_000;
  const fixed = reduce(next, { kind: 'slots-fixed', atMs: 0, baseSlotMs });
  return fixed.kind === 'moved' ? fixed.next : next;
}
