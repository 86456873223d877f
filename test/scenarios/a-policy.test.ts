import { guardrailMetric, type Plan } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import {
  aRunningRollout,
  createWorld,
  done,
  fail,
  healthy,
  minute,
  refusedWith,
  tenMinutePlan,
  type World,
} from './world.js';

const capped = { ...tenMinutePlan, capBp: 2500 };

async function started(world: World, ...apps: readonly string[]): Promise<void> {
  for (const app of apps) {
    world.publish(app, 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0', { app }));
  }
}

describe('A. Ramp: caps, limits, plans, pauses', () => {
  it('A6 a cap of 25 % is exposed and never more, by the ramp, by advance or by promote', async () => {
    const world = await aRunningRollout({ plan: capped });
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    await world.run('mfe1', 200);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    expect((await world.status()).rollout).toMatchObject({ waiting: 'cap' });
    expect((await world.status()).sentence).toContain('25 %');
    expect(refusedWith(await world.advance())).toBe('weight-capped');
    expect(refusedWith(await world.promote())).toBe('weight-capped');
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('A6 a cap that is overridden by name is passed, and the history says by whom and why', async () => {
    const world = await aRunningRollout({ plan: capped });
    done(await world.promote({}, { overrides: ['weight-cap'], reason: 'security fix' }));
    expect(await world.pointer()).toMatchObject({ canaryPercent: 100 });
    expect((await world.history()).entries.at(-1)).toMatchObject({
      kind: 'full-weight',
      overrides: ['weight-cap'],
      why: 'security fix',
      actor: { name: 'anna' },
    });
  });

  it('A6 maxExposedPercent 20: of canaries at 5 % the one that would exceed it waits, and starts by itself', async () => {
    // 1 - 0.95^4 = 18.5 %, 1 - 0.95^5 = 22.6 %
    const apps = ['mfe1', 'mfe2', 'mfe3', 'mfe4', 'mfe5'];
    const world = createWorld({ apps, more: { limits: { maxExposedBp: 2000 } } });
    await started(world, ...apps);
    for (const app of apps.slice(0, 4)) {
      done(await world.start('v1.1.0', { app }));
      expect(await world.pointer(app)).toMatchObject({ canaryPercent: 5 });
    }
    done(await world.start('v1.1.0', { app: 'mfe5' }));
    expect(await world.pointer('mfe5')).toMatchObject({ canaryVersion: null });
    expect((await world.status('mfe5')).queued).toMatchObject({ version: 'v1.1.0' });
    await world.tick();
    expect(await world.pointer('mfe5')).toMatchObject({ canaryVersion: null });
    done(await world.abort());
    await world.tick();
    await world.tick();
    expect(await world.pointer('mfe5')).toMatchObject({ canaryVersion: 'v1.1.0', canaryPercent: 5 });
  });

  it('A6 maxExposedPercent holds the advance of all but the oldest rollout', async () => {
    const world = createWorld({ apps: ['mfe1', 'mfe2'], more: { limits: { maxExposedBp: 2000 } } });
    await started(world, 'mfe1', 'mfe2');
    done(await world.start('v1.1.0'));
    world.pass(1);
    done(await world.start('v1.1.0', { app: 'mfe2' }));
    for (let i = 0; i < 61; i += 1) {
      await world.closeSlot('mfe1', healthy);
      await world.closeSlot('mfe2', healthy);
      await world.tick();
    }
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    expect(await world.pointer('mfe2')).toMatchObject({ canaryPercent: 5 });
    expect((await world.status('mfe2')).sentence).toMatch(/some canary; at most 20 % may be/);
    done(await world.abort());
    await world.tick();
    await world.tick();
    expect(await world.pointer('mfe2')).toMatchObject({ canaryPercent: 25 });
  });

  it('A7 a plan that is edited in mid-rollout changes nothing of the running one, and status says so', async () => {
    const plans = new Map([[tenMinutePlan.name, tenMinutePlan]]);
    const world = await aRunningRollout({ more: { planOf: (_app, name) => plans.get(name) } });
    expect((await world.status()).rollout).toMatchObject({ planChanged: false });
    plans.set(tenMinutePlan.name, { ...tenMinutePlan, stages: [{ weightBp: 10_000, soakMs: 1 }] });
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    expect((await world.status()).rollout).toMatchObject({ planChanged: true, stages: 4 });
  });

  it('A7 metrics that are edited in mid-rollout judge the next one, and status says so', async () => {
    let limit = 0.5;
    const planOf = (): Plan => ({
      ...tenMinutePlan,
      rules: { ...tenMinutePlan.rules, metrics: [...tenMinutePlan.rules.metrics, guardrailMetric(limit)] },
    });
    const world = await aRunningRollout({ plan: planOf(), more: { planOf } });
    expect((await world.status()).rollout).toMatchObject({ planChanged: false });
    limit = 0.0001;
    await world.run('mfe1', 30, { canary: { sessions: 10, failed: 0 }, baseline: { sessions: 90, failed: 2 } });
    expect((await world.status()).rollout).toMatchObject({ planChanged: true, outcome: null });
    expect((await world.rollout())?.plan.rules.metrics.at(-1)).toEqual(guardrailMetric(0.5));
  });

  it('A9 a rollout that is paused while its soak runs out stays paused', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 59);
    done(await world.pause());
    await world.run('mfe1', 50);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    expect((await world.status()).rollout).toMatchObject({ waiting: 'paused' });
    done(await world.resume());
    await world.run('mfe1', 1);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('A10 paused for 24 h: no deadline fires, no soak is counted', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 30);
    done(await world.pause());
    const before = (await world.rollout())?.stage ?? fail('no stage');
    for (let i = 0; i < 24 * 6; i += 1) {
      await world.closeSlot('mfe1', healthy);
      world.pass(10 * minute);
      await world.tick();
    }
    expect((await world.rollout())?.stage).toMatchObject({ creditedMs: before.creditedMs, degraded: false });
    expect((await world.rollout())?.inconclusive).toBe(false);
    done(await world.resume());
    await world.tick();
    expect((await world.rollout())?.stage).toMatchObject({ degraded: false });
    await world.run('mfe1', 29);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    await world.run('mfe1', 1);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('a first stage for an audience reaches nobody by bucket, soaks by watched time, then the ramp begins', async () => {
    const plan = {
      ...tenMinutePlan,
      stages: [{ weightBp: 0, soakMs: 10 * minute, audience: 'staff' }, ...tenMinutePlan.stages],
    };
    const world = await aRunningRollout({ plan });
    expect(await world.pointer()).toMatchObject({ canaryPercent: 0, canaryVersion: 'v1.1.0', audience: 'staff' });
    for (let i = 0; i < 9; i += 1) {
      world.pass(minute);
      await world.tick();
    }
    expect(await world.pointer()).toMatchObject({ audience: 'staff' });
    world.pass(minute);
    await world.tick();
    const pointer = await world.pointer();
    expect(pointer).toMatchObject({ canaryPercent: 5 });
    expect(pointer.audience).toBeUndefined();
  });

  it('a stage with a gate waits for a person when all else is done', async () => {
    const [first, ...others] = tenMinutePlan.stages;
    const plan = { ...tenMinutePlan, stages: [{ ...(first ?? fail('no stage')), gate: 'person' as const }, ...others] };
    const world = await aRunningRollout({ plan });
    await world.run('mfe1', 100);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    expect((await world.status()).rollout).toMatchObject({ waiting: 'gate' });
    done(await world.advance());
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('the plan quiet goes on after its longest duration and says by name that nothing was proven', async () => {
    const plan = {
      ...tenMinutePlan,
      maxDurationMs: 60 * minute,
      onInconclusive: 'promote-unproven' as const,
      proof: 'unproven' as const,
    };
    const world = await aRunningRollout({ plan });
    const rare = { canary: { sessions: 1, failed: 0 }, baseline: { sessions: 9, failed: 0 } };
    for (let i = 0; i < 70 * 6 && (await world.rollout())?.end === null; i += 1) {
      await world.closeSlot('mfe1', rare);
      await world.tick();
    }
    expect((await world.rollout())?.end?.outcome).toBe('promoted-unproven');
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
  });

  it('a plan that expires takes the canary off without blocking it', async () => {
    const world = await aRunningRollout({
      plan: { ...tenMinutePlan, maxDurationMs: 60 * minute, onInconclusive: 'expire' },
    });
    for (let i = 0; i < 62; i += 1) {
      world.pass(minute);
      await world.tick();
    }
    expect((await world.rollout())?.end?.outcome).toBe('expired');
    const pointer = await world.pointer();
    expect(pointer).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
    expect(pointer.blocked ?? []).toEqual([]);
  });

  it('D29 mode observe: the same verdict, told, and no effect on the pointer', async () => {
    const world = await aRunningRollout({ plan: { ...tenMinutePlan, mode: 'observe' } });
    const before = await world.pointer();
    await world.run('mfe1', 5, { canary: { sessions: 20, failed: 15 }, baseline: { sessions: 200, failed: 1 } });
    expect(await world.pointer()).toEqual(before);
    expect((await world.rollout())?.end).toBeNull();
    expect((await world.rollout())?.analysis.judgement.failed).toBe(true);
    const said = (await world.history()).entries.filter(({ kind }) => kind === 'would-have');
    expect(said).toHaveLength(1);
    expect(said[0]?.why).toMatch(/^Would have rolled back: /);
  });

  it('D29 mode observe says once per stage that it would have advanced', async () => {
    const world = await aRunningRollout({ plan: { ...tenMinutePlan, mode: 'observe' } });
    await world.run('mfe1', 100);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    const said = (await world.history()).entries.filter(({ kind }) => kind === 'would-have');
    expect(said.map(({ why }) => why.split(':')[0])).toEqual(['Would have advanced']);
  });

  it('a version that changes what users store is taken back by a person only', async () => {
    const factsOf = () => Promise.resolve({ needs: {}, rollbackSafe: false });
    const world = await aRunningRollout({ more: { factsOf } });
    await world.run('mfe1', 5, { canary: { sessions: 20, failed: 15 }, baseline: { sessions: 200, failed: 1 } });
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    expect((await world.status()).rollout).toMatchObject({ waiting: 'needs-person' });
    const asked = (await world.history()).entries.filter(({ kind }) => kind === 'needs-person');
    expect(asked).toHaveLength(1);
    done(await world.abort());
    expect(await world.pointer()).toMatchObject({ canaryVersion: null, blocked: ['v1.1.0'] });
  });
});
