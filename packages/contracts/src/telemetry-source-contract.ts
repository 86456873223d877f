import { bucketOf, type Arm, type BeaconEvent, type Slot, type WatchedRollout } from '@sluice/core';
import { describe, expect } from 'vitest';
import { watchedRollout, type CountingSource, type Told } from './counting-source.js';
import { suiteWith, type Deviation } from './deviation.js';

export interface TelemetrySourceContract {
  readonly name: string;
  /** A new source that has counted nothing. */
  readonly create: () => Promise<CountingSource>;
  readonly deviations?: readonly Deviation[];
}

type Saying = Pick<BeaconEvent, 'kind'> & Partial<BeaconEvent>;

/** Visitors of a source: each is a new one, on a page of its own. */
class Visitors {
  readonly #under: CountingSource;
  #made = 0;

  constructor(under: CountingSource) {
    this.#under = under;
  }

  /** A page of a new subject of the arm says all this, one after the other. */
  async come(arm: Arm, says: readonly Saying[], rollout: WatchedRollout = watchedRollout): Promise<Told | undefined> {
    const subject = this.#subject(arm, rollout);
    const version = arm === 'canary' ? rollout.canary : rollout.stable;
    const common = { app: rollout.app, version, generation: rollout.revision, reason: 'bucket', ageMs: 0 } as const;
    let last: Told | undefined;
    for (const saying of says) {
      last = { subject, page: `page-${subject}`, event: { ...common, ...saying, app: rollout.app, version } };
      await this.#under.tell(last);
    }
    return last;
  }

  /** One session of each arm: whoever waits for both has them. */
  async oneOfEach(rollout?: WatchedRollout): Promise<void> {
    await this.come('canary', good, rollout);
    await this.come('stable', good, rollout);
  }

  #subject(arm: Arm, { salt, weightBp }: WatchedRollout): string {
    for (;;) {
      const subject = `visitor${String((this.#made += 1)).padStart(6, '0')}`;
      if (bucketOf(salt, subject) < weightBp === (arm === 'canary')) return subject;
    }
  }
}

const attempt: Saying = { kind: 'attempt' };
const good: readonly Saying[] = [attempt, { kind: 'ok', ageMs: 300, loadMs: 400, cold: true }];
const error = { kind: 'render', name: 'TypeError', message: 'x is not a function' } as const;
const bad: readonly Saying[] = [attempt, { kind: 'failed', ageMs: 300, error }];

interface Followed extends CountingSource {
  readonly visitors: Visitors;
  readonly slots: (after?: number) => Promise<readonly Slot[]>;
  readonly total: (of: 'canary' | 'baseline') => Promise<readonly number[]>;
}

/** What every source of closed slots must keep. */
export function telemetrySourceContract({ name, create, deviations = [] }: TelemetrySourceContract): void {
  const { test, end } = suiteWith(deviations);
  const follow = async (rollout: WatchedRollout = watchedRollout): Promise<Followed> => {
    const under = await create();
    await under.source.watch([rollout]);
    const slots = (after = 0): Promise<readonly Slot[]> => under.source.closedSlots('r1', after);
    const total = async (of: 'canary' | 'baseline'): Promise<readonly number[]> => {
      const arms = (await slots()).filter(({ kind }) => kind === 'comparison').map((slot) => slot[of]);
      const sum = (count: (arm: Slot['canary']) => number | undefined): number =>
        arms.reduce((all, arm) => all + (count(arm) ?? 0), 0);
      return [sum((arm) => arm.sessions), sum((arm) => arm.failed), sum((arm) => arm.silent)];
    };
    return { ...under, visitors: new Visitors(under), slots, total };
  };
  describe(`telemetry source contract: ${name}`, () => {
    test('has no slots of a rollout that it was never told of', async () => {
      const { source } = await create();
      expect(await source.closedSlots('r9', 0)).toEqual([]);
    });

    test('no data is no slot', async () => {
      const { pass, slots } = await follow();
      await pass(60_000);
      expect(await slots()).toEqual([]);
    });

    test('counts each session once, in its arm, with its outcome; silence is a failure', async () => {
      const { visitors, pass, total } = await follow();
      for (let i = 0; i < 3; i += 1) await visitors.oneOfEach();
      await visitors.come('canary', bad);
      await visitors.come('canary', [attempt]);
      await visitors.come('stable', [attempt, { kind: 'left', ageMs: 50 }]);
      const last = await visitors.come('stable', good);
      await pass(60_000);
      expect(await total('canary')).toEqual([5, 2, 1]);
      expect(await total('baseline')).toEqual([4, 0, 0]);
      expect(last).toBeDefined();
    });

    test('counts a session once that is told again, and a subject once that comes again', async () => {
      const { visitors, tell, pass, total } = await follow();
      await visitors.come('canary', good);
      const told = await visitors.come('stable', good);
      if (told === undefined) throw new TypeError('the test is wrong');
      await tell(told);
      await tell({ ...told, event: { ...told.event, kind: 'attempt', ageMs: 0 } });
      await tell({ ...told, page: `${told.page}-2`, event: { ...told.event, kind: 'attempt', ageMs: 0 } });
      await pass(60_000);
      expect(await total('baseline')).toEqual([1, 0, 0]);
    });

    test('closes a slot when it has ended and its outcomes are in, and not before', async () => {
      const { visitors, pass, slots } = await follow();
      await visitors.oneOfEach();
      await pass(24_999);
      expect(await slots()).toEqual([]);
      await pass(1);
      expect((await slots()).map(({ id, lengthMs }) => [id, lengthMs])).toEqual([[1, 10_000]]);
    });

    test('a slot grows by whole base slots while an arm is unseen', async () => {
      const { visitors, pass, slots } = await follow();
      await visitors.come('stable', good);
      await pass(22_000);
      await visitors.come('canary', good);
      await pass(23_000);
      expect((await slots()).map(({ lengthMs, canary }) => [lengthMs, canary.sessions])).toEqual([[30_000, 1]]);
    });

    test('numbers slots 1, 2, 3 … without gaps, and gives those after a number', async () => {
      const { visitors, pass, slots } = await follow();
      for (let i = 0; i < 4; i += 1) {
        await visitors.oneOfEach();
        await pass(10_000);
        await slots();
      }
      await pass(30_000);
      const ids = (await slots()).map(({ id }) => id);
      expect(ids.length).toBeGreaterThanOrEqual(3);
      expect(ids).toEqual(ids.map((_, i) => i + 1));
      expect((await slots(2)).map(({ id }) => id)).toEqual(ids.slice(2));
    });

    test('goes on numbering where the record ended', async () => {
      const { visitors, pass, slots } = await follow({ ...watchedRollout, lastSlot: 41 });
      await visitors.oneOfEach();
      await pass(60_000);
      expect((await slots(41)).map(({ id }) => id)[0]).toBe(42);
    });

    test('a closed slot never changes, whatever is told later', async () => {
      const { visitors, tell, pass, slots } = await follow();
      await visitors.oneOfEach();
      const silent = await visitors.come('canary', [attempt]);
      if (silent === undefined) throw new TypeError('the test is wrong');
      await pass(60_000);
      const before = await slots();
      expect(before.length).toBeGreaterThan(0);
      await tell({ ...silent, event: { ...silent.event, kind: 'ok', ageMs: 60_000, loadMs: 10 } });
      expect(await slots()).toEqual(before);
    });

    test('another process gives the same slots under the same numbers', async () => {
      const { visitors, pass, slots, again } = await follow();
      await visitors.oneOfEach();
      await pass(60_000);
      const before = await slots();
      const other = again();
      await other.watch([watchedRollout]);
      expect(await other.closedSlots('r1', 0)).toEqual(before);
      expect(before.length).toBeGreaterThan(0);
    });

    test('a slot holds one revision only, and says its weight', async () => {
      const { source, visitors, pass, slots } = await follow();
      await visitors.oneOfEach();
      await pass(4000);
      const next = { ...watchedRollout, revision: 3, weightBp: 7000 };
      await source.watch([next]);
      await visitors.oneOfEach(next);
      await pass(60_000);
      const found = (await slots()).map(({ revision, weightBp, canary }) => [revision, weightBp, canary.sessions]);
      expect(found.slice(0, 2)).toEqual([
        [2, 4000, 1],
        [3, 7000, 1],
      ]);
    });

    test('counts nobody whose version does not follow from the assignment', async () => {
      const { visitors, tell, pass, total } = await follow();
      await visitors.oneOfEach();
      const told = await visitors.come('stable', good);
      if (told === undefined) throw new TypeError('the test is wrong');
      const forged = { ...told.event, version: watchedRollout.canary, kind: 'attempt', ageMs: 0 } as const;
      await tell({ subject: told.subject, page: 'page-forged-1', event: forged });
      await tell({
        ...told,
        page: 'page-forged-2',
        event: { ...forged, version: told.event.version, reason: 'override' },
      });
      await pass(60_000);
      expect(await total('canary')).toEqual([1, 0, 0]);
      expect(await total('baseline')).toEqual([2, 0, 0]);
    });

    test('tells load times by cache state, and who did not load', async () => {
      const { visitors, pass, slots } = await follow();
      await visitors.oneOfEach();
      await visitors.come('canary', [attempt, { kind: 'ok', ageMs: 300, loadMs: 90, cold: false }]);
      await visitors.come('canary', bad);
      await pass(60_000);
      const [first] = (await slots()).filter(({ canary }) => canary.sessions > 0);
      const { cold, warm } = first?.canary.loads ?? {};
      expect([cold?.unloaded, cold?.histogram.length, warm?.unloaded, warm?.histogram.length]).toEqual([1, 1, 0, 1]);
    });

    test('tells the errors that failed sessions have in common', async () => {
      const { visitors, pass, slots } = await follow();
      await visitors.oneOfEach();
      await visitors.come('canary', bad);
      await visitors.come('canary', bad);
      await pass(60_000);
      const errors = (await slots()).flatMap((slot) => slot.errors ?? []);
      expect(errors.map(({ text, canary, baseline }) => [text, canary, baseline])).toEqual([
        ['TypeError: x is not a function', 2, 0],
      ]);
    });

    test("counts the application's own metrics, once a session", async () => {
      const reported = [{ name: 'checkout', kind: 'rate' }] as const;
      const { visitors, pass, slots } = await follow({
        ...watchedRollout,
        rules: { ...watchedRollout.rules, reported },
      });
      const checkout: Saying = { kind: 'metric', metric: 'checkout', ageMs: 500 };
      await visitors.come('canary', [...good, checkout, checkout]);
      await visitors.come('stable', good);
      await pass(60_000);
      expect((await slots())[0]?.canary.rates).toEqual({ checkout: 1 });
    });

    test('watching the same again changes nothing', async () => {
      const { source, visitors, pass, total } = await follow();
      await visitors.oneOfEach();
      for (let i = 0; i < 3; i += 1) await source.watch([watchedRollout]);
      await visitors.oneOfEach();
      await pass(60_000);
      expect(await total('canary')).toEqual([2, 0, 0]);
    });

    test('a rollout that ended counts nobody any more, and keeps its closed slots', async () => {
      const { source, visitors, pass, slots } = await follow();
      await visitors.oneOfEach();
      await pass(60_000);
      const before = await slots();
      await source.watch([]);
      await visitors.oneOfEach();
      await pass(60_000);
      expect(await slots()).toEqual(before);
      expect(before.length).toBeGreaterThan(0);
    });
    end();
  });
}
