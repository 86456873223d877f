import type { Metric, Plan, Slot } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { aRunningRollout, minute, tenMinutePlan, type Traffic, type World } from './world.js';

const arms = (canary: number, baseline: number): Traffic => ({
  canary: { sessions: 100, failed: canary },
  baseline: { sessions: 1000, failed: baseline },
});

function judgedBy(change: (metric: Metric) => Metric): Plan {
  const { rules } = tenMinutePlan;
  return { ...tenMinutePlan, rules: { ...rules, metrics: rules.metrics.map(change) } };
}

const only = (name: string, change: Partial<Metric>) => (metric: Metric) =>
  metric.name === name ? ({ ...metric, ...change } as Metric) : metric;

async function lines(world: World, kind: string): Promise<readonly string[]> {
  return (await world.history()).entries.filter((entry) => entry.kind === kind).map(({ why }) => why);
}

describe('D2 slightly worse, and too small a sample', () => {
  it('D2 there is no verdict: the stage is extended until it has its sessions, then goes on', async () => {
    const world = await aRunningRollout();
    const few: Traffic = { canary: { sessions: 1, failed: 0 }, baseline: { sessions: 19, failed: 0 } };
    await world.run('mfe1', 99, few);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    expect(await world.status()).toMatchObject({ rollout: { verdict: { kind: 'pass' }, waiting: 'samples' } });
    await world.run('mfe1', 1, few);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it.each([
    ['ask', null, 'A person must decide.'],
    ['expire', 'expired', "The plan's longest duration is over without a conclusion."],
  ] as const)(
    'D2 still too small at the limit: inconclusive, and the policy %s applies',
    async (onInconclusive, outcome, said) => {
      const world = await aRunningRollout({ plan: { ...tenMinutePlan, maxDurationMs: 30 * minute, onInconclusive } });
      for (let i = 0; i < 200 && (await world.rollout())?.end === null; i += 1) {
        await world.closeSlot('mfe1', { canary: { sessions: 0, failed: 0 }, baseline: { sessions: 19, failed: 0 } });
        await world.tick();
      }
      expect((await world.rollout())?.end?.outcome ?? null).toBe(outcome);
      expect([...(await lines(world, 'inconclusive')), ...(await lines(world, 'ended'))].join(' ')).toContain(said);
      expect(await world.pointer()).toMatchObject({ version: 'v1.0.0' });
    },
  );
});

describe('what each metric does', () => {
  it('D12 errors in dry-run are told once, with what was seen, and have no effect', async () => {
    const world = await aRunningRollout({ plan: judgedBy(only('errors', { dryRun: true })) });
    await world.run('mfe1', 10, arms(40, 5));
    expect((await world.rollout())?.end).toBeNull();
    expect(await world.status()).toMatchObject({ rollout: { waiting: 'soak' } });
    const noted = await lines(world, 'noted');
    expect(noted).toHaveLength(1);
    expect(noted[0]).toContain(
      'The metric errors says that the canary is worse (dry run). It has no effect on the ramp.',
    );
  });

  it('errors that only hold hold, and are never taken back for', async () => {
    const world = await aRunningRollout({ plan: judgedBy(only('errors', { action: 'hold' })) });
    await world.run('mfe1', 10, arms(40, 5));
    expect((await world.rollout())?.end).toBeNull();
    expect(await world.status()).toMatchObject({ rollout: { waiting: 'held', verdict: { holds: ['errors'] } } });
  });

  it('D5 failures to load take the canary back by themselves, where errors are only told', async () => {
    const world = await aRunningRollout({ plan: judgedBy(only('errors', { action: 'notify' })) });
    const loads = (failed: number, loadFailed: number): Traffic => {
      const { canary, baseline } = arms(failed, 5);
      return {
        canary: { ...canary, loadFailed } as Traffic['canary'],
        baseline: { ...baseline, loadFailed: 1 } as Traffic['baseline'],
      };
    };
    await world.run('mfe1', 5, loads(40, 0));
    expect((await world.rollout())?.end).toBeNull();
    await world.run('mfe1', 5, loads(40, 40));
    expect((await world.rollout())?.end?.outcome).toBe('rolled-back');
    expect((await world.rollout())?.end?.why).toContain('the metric remote-failures gives the most');
  });
});

describe('what holds', () => {
  const error = { fingerprint: 'abcd0123', text: 'TypeError: x is undefined' };
  const withError = (canary: number): Partial<Slot> => ({ weightBp: 500, errors: [{ ...error, canary, baseline: 0 }] });

  async function sawNewError(world: World): Promise<void> {
    for (let i = 0; i < 6; i += 1) {
      await world.closeSlot(
        'mfe1',
        { canary: { sessions: 50, failed: 1 }, baseline: { sessions: 950, failed: 19 } },
        withError(1),
      );
      await world.tick();
    }
  }

  it('D17 a new error only in the canary holds, within all limits, and says which; a person may go on in spite of it', async () => {
    const world = await aRunningRollout();
    await sawNewError(world);
    const { rollout, sentence } = await world.status();
    expect(rollout).toMatchObject({ waiting: 'held', verdict: { holds: ['new-error abcd0123'] } });
    expect(sentence).toContain('an error that only the canary has');
    expect(sentence).toContain('TypeError: x is undefined');
    await world.resume();
    expect((await world.status()).rollout?.waiting).toBe('soak');
    await sawNewError(world);
    expect((await world.status()).rollout?.waiting).toBe('soak');
  });

  it('what a person went on in spite of is not what comes later: another reason holds again', async () => {
    const world = await aRunningRollout();
    await sawNewError(world);
    await world.resume();
    for (let i = 0; i < 20; i += 1) {
      const twice: Traffic = { canary: { sessions: 100, failed: 1 }, baseline: { sessions: 900, failed: 9 } };
      await world.closeSlot('mfe1', twice, { weightBp: 500 });
      await world.tick();
    }
    const { rollout } = await world.status();
    expect(rollout?.verdict.holds).toEqual(['sample-ratio', 'new-error abcd0123']);
    expect(rollout?.waiting).toBe('held');
  });

  it('D19 assigned 5 %, observed 9 %: suspended, never promoted, and status says what to look at', async () => {
    const world = await aRunningRollout();
    for (let i = 0; i < 200; i += 1) {
      await world.closeSlot(
        'mfe1',
        { canary: { sessions: 90, failed: 0 }, baseline: { sessions: 910, failed: 5 } },
        { weightBp: 500 },
      );
      await world.tick();
    }
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    const { rollout, sentence } = await world.status();
    expect(rollout).toMatchObject({ waiting: 'held', verdict: { holds: ['sample-ratio'], promotable: false } });
    expect(sentence).toContain('telemetry is suspect and nothing is promoted');
    expect(await lines(world, 'held')).toHaveLength(1);
  });

  it('D19 a canary that is broken is taken back however suspect the shares are', async () => {
    const world = await aRunningRollout();
    await world.closeSlot(
      'mfe1',
      { canary: { sessions: 90, failed: 45 }, baseline: { sessions: 910, failed: 5 } },
      { weightBp: 500 },
    );
    await world.tick();
    expect((await world.rollout())?.end?.outcome).toBe('rolled-back');
  });
});

describe('one sentence', () => {
  it('is the same in the verdict, in status while it holds, and in the history', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 7, { canary: { sessions: 100, failed: 2 }, baseline: { sessions: 1000, failed: 5 } });
    const held = (await lines(world, 'held'))[0] ?? 'not held';
    expect(held).toMatch(/^\d+ of \d+ canary sessions failed against \d+ of [\d,]+ stable sessions: evidence \d+ to 1/);
    const { sentence, rollout } = await world.status();
    expect(sentence).toBe(`Held: ${rollout?.verdict.sentence ?? ''}`);
  });
});
