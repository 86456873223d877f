import type { BeaconEvent, Slot, SlotJournal, WatchedRollout } from '@sluice/core';
import { bucketOf, parseAppId, parseVersionId } from '@sluice/core';
import { createMemoryJournal } from '@sluice/local';
import { createTelemetry, type Telemetry } from './index.js';

export function wrong(what: string): never {
  throw new Error(`the test is wrong: ${what}`);
}

const app = parseAppId('mfe1') ?? wrong('app');

const watched: WatchedRollout = {
  rolloutId: 'r1',
  app,
  stable: parseVersionId('v1.0.0') ?? wrong('stable'),
  canary: parseVersionId('v1.1.0') ?? wrong('canary'),
  salt: 'mfe1@v1.1.0',
  weightBp: 2000,
  revision: 2,
  rules: { baseSlotMs: 10_000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false },
  lastSlot: 0,
};

export type Told = Pick<BeaconEvent, 'kind'> & Partial<BeaconEvent>;
type Changes = Omit<Partial<WatchedRollout>, 'rules'> & { readonly rules?: Partial<WatchedRollout['rules']> };

/** A rollout with a clock that the test moves, and visitors that get what the pointer says. */
export class RolloutWorld {
  nowMs = 1_000_000;
  /** Address range of who sends. */
  range: string | undefined;
  readonly journal: SlotJournal = createMemoryJournal();
  watched: WatchedRollout;
  telemetry: Telemetry;
  #pages = 0;

  constructor({ rules, ...more }: Changes = {}) {
    this.watched = { ...watched, ...more, rules: { ...watched.rules, ...rules } };
    this.telemetry = this.#process();
  }

  #process(): Telemetry {
    return createTelemetry({ journal: this.journal, now: () => this.nowMs, sampleRate: 0.01 });
  }

  /** A new process that reads the journal. */
  async restart(): Promise<void> {
    this.telemetry = this.#process();
    await this.telemetry.watch([this.watched]);
  }

  async follow(next: Partial<WatchedRollout>): Promise<void> {
    this.watched = { ...this.watched, ...next };
    await this.telemetry.watch([this.watched]);
  }

  pass(ms: number): void {
    this.nowMs += ms;
  }

  armOf(subject: string): 'canary' | 'stable' {
    return bucketOf(this.watched.salt, subject) < this.watched.weightBp ? 'canary' : 'stable';
  }

  /** Subjects of an arm, as many as wanted. */
  subjects(arm: 'canary' | 'stable', count: number, from = 0): readonly string[] {
    const found: string[] = [];
    for (let i = from; found.length < count; i += 1)
      if (this.armOf(`s${String(i)}`) === arm) found.push(`s${String(i)}`);
    return found;
  }

  subject(arm: 'canary' | 'stable', from = 0): string {
    return this.subjects(arm, 1, from)[0] ?? wrong('subject');
  }

  /** One event of a page; the page's name, for more of them. */
  send(subject: string, told: Told, known?: string): string {
    const page = known ?? `page-${String((this.#pages += 1)).padStart(8, '0')}`;
    const decided = this.armOf(subject) === 'canary' ? this.watched.canary : this.watched.stable;
    const version = told.version === undefined ? decided : (parseVersionId(told.version) ?? wrong(told.version));
    const assigned = { reason: 'bucket', generation: this.watched.revision, ageMs: 0 } as const;
    const events = [{ ...assigned, ...told, app, version }];
    this.telemetry.ingest({ schema: 1, page, versions: {}, events }, { subject, range: this.range, nowMs: this.nowMs });
    return page;
  }

  /** An attempt and what became of it, at the same moment. */
  session(subject: string, outcome: Told = { kind: 'ok', loadMs: 400, cold: true }): string {
    return this.send(subject, { ageMs: 300, ...outcome }, this.send(subject, { kind: 'attempt' }));
  }

  async slots(after = 0): Promise<readonly Slot[]> {
    return this.telemetry.closedSlots('r1', after);
  }
}

export async function aWatchedRollout(changes: Changes = {}): Promise<RolloutWorld> {
  const world = new RolloutWorld(changes);
  await world.restart();
  return world;
}
