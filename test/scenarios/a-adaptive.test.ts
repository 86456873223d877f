import { nothingBefore, type ArmCounts, type BaselineBefore, type Plan } from '@sluice/core';
import { adaptivePlan, parsePlan, type WrittenPlan } from '@sluice/schema';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '@sluice/local';
import { crashing } from './crashing.js';
import { createWorld, done, fail, minute, refusedWith, slotMs, type World, type WorldOptions } from './world.js';

function planOf(written: WrittenPlan = adaptivePlan): Plan {
  const parsed = parsePlan('adaptive', { slot: '10s', ...written });
  return parsed.kind === 'ok' ? parsed.value : fail(JSON.stringify(parsed.issues));
}

const known = (sessionsPerSecond: number, failing = 0.005): BaselineBefore => ({
  ...nothingBefore,
  sessionsPerSecond,
  sessions: 100_000,
  failed: 100_000 * failing,
});

/** v1.1.0 on trial with an adaptive plan; stable of each app has so much traffic before, which a controller has seen. */
async function adaptive(options: WorldOptions & { readonly perSecond?: number } = {}): Promise<World> {
  const world = createWorld({ plan: planOf(), ...options });
  for (const app of options.apps ?? ['mfe1']) {
    world.publish(app, 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0', { app }));
    if (options.perSecond === undefined) continue;
    world.traffic(app, options.perSecond);
    world.baseline(app, known(options.perSecond));
  }
  world.pass(5 * minute);
  await world.tick();
  return world;
}

async function onTrial(options: Parameters<typeof adaptive>[0] = {}): Promise<World> {
  const world = await adaptive(options);
  done(await world.start('v1.1.0'));
  return world;
}

/** One slot as so much traffic makes it: whole sessions, with the failures that are expected of both arms. */
interface Slotted {
  readonly app?: string;
  /** Share of the canary's sessions, and of stable's. */
  readonly failing?: number;
  readonly stable?: number;
}

async function slot(world: World, perSecond: number, more: Slotted = {}): Promise<void> {
  const { app = 'mfe1', stable = 0.005 } = more;
  const rollout = (await world.rollout(app)) ?? fail('no rollout');
  const all = Math.round(perSecond * 10);
  const sessions = Math.round((all * rollout.stage.weightBp) / 10_000);
  const failed = Math.round(sessions * (more.failing ?? 0));
  const canary: ArmCounts = { sessions, failed };
  const baseline: ArmCounts = { sessions: all - sessions, failed: Math.round((all - sessions) * stable) };
  await world.closeSlot(app, { canary, baseline }, { weightBp: rollout.stage.weightBp });
  await world.tick();
}

async function slots(world: World, count: number, perSecond: number, failing = 0): Promise<void> {
  for (let i = 0; i < count && (await world.rollout())?.end === null; i += 1) await slot(world, perSecond, { failing });
}

const weightOf = async (world: World, app = 'mfe1'): Promise<number> => (await world.pointer(app)).canaryPercent;

describe('A. A ramp by a risk budget', () => {
  it.each([
    [1, 5],
    [6, 5],
    [10, 3.33],
    [100, 0.33],
    [1000, 0.03],
    [10_000, 0.01],
  ])('A2 begins with what a budget of ten allows at %d sessions/s: %d %%', async (perSecond, percent) => {
    const world = await onTrial({ perSecond });
    expect(await weightOf(world)).toBe(percent);
    expect((await world.rollout())?.analysis.reference.rate).toBeCloseTo(0.005, 4);
  });

  it('A2 begins as low as can be where traffic is not known, and keeps that while it stays unknown', async () => {
    const world = await onTrial();
    expect(await weightOf(world)).toBe(0.01);
    await slots(world, 30, 100);
    expect(await weightOf(world)).toBe(0.01);
  });

  it('A2 does not believe what a controller saw more than ten minutes ago', async () => {
    const fresh = await adaptive({ perSecond: 10 });
    fresh.pass(10 * minute);
    done(await fresh.start('v1.1.0'));
    expect(await weightOf(fresh)).toBe(3.33);
    const stale = await adaptive({ perSecond: 10 });
    stale.pass(10 * minute + 1);
    done(await stale.start('v1.1.0'));
    expect(await weightOf(stale)).toBe(0.01);
  });

  it('A2 doubles every 30 s as far as 25 %, never sooner, and tells each step with its generation', async () => {
    const world = await onTrial({ perSecond: 2 });
    const seen: number[] = [];
    for (let i = 0; i < 15; i += 1) {
      await slot(world, 2);
      seen.push(await weightOf(world));
    }
    expect(seen).toEqual([5, 5, 10, 10, 10, 20, 20, 20, 25, 25, 25, 25, 25, 25, 25]);
    const steps = (await world.history()).entries.filter(({ kind }) => kind === 'reweighed');
    expect(steps.map(({ percent }) => percent)).toEqual([10, 20, 25]);
    const started = (await world.history()).entries.find(({ rolloutId }) => rolloutId !== undefined);
    expect(steps.map(({ generation = 0 }) => generation - (started?.generation ?? 0))).toEqual([1, 2, 3]);
  });

  it('A2 goes down at once when failures allow less', async () => {
    const world = await onTrial({ perSecond: 100 });
    for (let i = 0; i < 30; i += 1) await slot(world, 100, { failing: 0.05, stable: 0.05 });
    expect(await weightOf(world)).toBe(25);
    for (let i = 0; i < 3; i += 1) await slot(world, 100, { failing: 0.08, stable: 0.05 });
    const after = await weightOf(world);
    expect(after).toBeLessThan(25);
    expect((await world.rollout())?.end).toBeNull();
    expect((await world.history()).entries.at(-1)).toMatchObject({ kind: 'reweighed', percent: after });
  });

  it('A2 goes to 95 % only with evidence, at the highest weight, after ten minutes; compares on, and is promoted', async () => {
    const world = await onTrial({ perSecond: 20 });
    await slots(world, 59, 20);
    expect((await world.status()).rollout?.verdict.promotable).toBe(true);
    expect(await weightOf(world)).toBe(25);
    await slots(world, 1, 20);
    expect(await weightOf(world)).toBe(95);
    const atBake = (await world.rollout())?.analysis.totals.baseline.sessions ?? 0;
    await slots(world, 179, 20);
    expect((await world.rollout())?.analysis.totals.baseline.sessions).toBe(atBake + 179 * 10);
    expect(await weightOf(world)).toBe(95);
    await slots(world, 1, 20);
    expect((await world.rollout())?.end?.outcome).toBe('promoted');
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0', canaryPercent: 0 });
  });

  it('D2 waits at 25 % for evidence however long, says how much is there, and asks when its longest time is over', async () => {
    const world = await onTrial({ perSecond: 0.5, plan: planOf({ ramp: 'adaptive', maxDuration: '45m' }) });
    await slots(world, 240, 0.5);
    expect(await weightOf(world)).toBe(25);
    expect((await world.status()).sentence).toMatch(
      /^The ramp waits for evidence that the canary is safe: \d+ % of it/,
    );
    await slots(world, 60, 0.5);
    expect((await world.rollout())?.inconclusive).toBe(true);
    expect((await world.status()).sentence).toMatch(/a person must decide/);
    expect(await weightOf(world)).toBe(25);
  });

  it('D23 is taken back during the bake, because the comparison goes on', async () => {
    const world = await onTrial({ perSecond: 20 });
    await slots(world, 61, 20);
    expect(await weightOf(world)).toBe(95);
    await slots(world, 40, 20, 0.1);
    expect((await world.rollout())?.end?.outcome).toBe('rolled-back');
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryPercent: 0, blocked: ['v1.1.0'] });
  });

  it('A2 never grows while it is held, and goes down when it must', async () => {
    const world = await onTrial({ perSecond: 20 });
    await slots(world, 5, 20);
    for (let i = 0; i < 40 && (await world.rollout())?.heldSinceMs === null; i += 1)
      await slot(world, 20, { failing: 0.02 });
    expect((await world.rollout())?.heldSinceMs).not.toBeNull();
    let last = await weightOf(world);
    for (let i = 0; i < 30 && (await world.rollout())?.heldSinceMs !== null; i += 1) {
      await slot(world, 20, { failing: i % 2 === 0 ? 0.01 : 0 });
      const now = await weightOf(world);
      if ((await world.rollout())?.heldSinceMs !== null) expect(now).toBeLessThanOrEqual(last);
      last = now;
    }
  });
});

describe('A. A ramp by a risk budget among people, limits and faults', () => {
  it('A6 stays below the cap of its plan, promote included, unless overridden by name', async () => {
    const world = await onTrial({ perSecond: 20, plan: planOf({ ramp: 'adaptive', cap: 12 }) });
    await slots(world, 100, 20);
    expect(await weightOf(world)).toBe(12);
    expect((await world.status()).rollout?.waiting).toBe('cap');
    expect(refusedWith(await world.promote())).toBe('weight-capped');
    done(await world.promote({}, { overrides: ['weight-cap'] }));
    expect(await weightOf(world)).toBe(95);
  });

  it('A6 grows only as far as maxExposedPercent lets it beside an older canary, and says so', async () => {
    const more = { limits: { maxExposedBp: 2000 } };
    const world = await adaptive({ apps: ['mfe2', 'mfe1'], perSecond: 2, more });
    done(await world.start('v1.1.0', { app: 'mfe2', plan: planOf({ stages: [{ percent: 10, soak: '1h' }] }) }));
    await world.tick();
    done(await world.start('v1.1.0'));
    for (let i = 0; i < 12; i += 1) await slot(world, 2);
    // 1 − 0.9 · 0.9 is 19 %; with the next doubling it would be 28 %.
    expect(await weightOf(world)).toBe(10);
    expect((await world.status()).sentence).toMatch(/^Waiting: 28 % of the users would be on some canary/);
    expect(refusedWith(await world.advance())).toBe('rollout-obstructed');
    done(await world.abort('make room', {}));
  });

  it('A6 lets no two grow into the same room in one tick', async () => {
    const more = { limits: { maxExposedBp: 3000 } };
    const world = await adaptive({ apps: ['mfe3', 'mfe1', 'mfe2'], perSecond: 2, more });
    const five = planOf({ stages: [{ percent: 5, soak: '1h' }] });
    done(await world.start('v1.1.0', { app: 'mfe3', plan: five }));
    world.pass(1000);
    for (const app of ['mfe1', 'mfe2']) done(await world.start('v1.1.0', { app }));
    for (let i = 0; i < 30; i += 1) {
      world.pass(slotMs);
      await world.tick();
      const shares = await Promise.all(['mfe3', 'mfe1', 'mfe2'].map((app) => weightOf(world, app)));
      const exposed = 1 - shares.reduce((left, percent) => left * (1 - percent / 100), 1);
      expect(exposed).toBeLessThanOrEqual(0.3);
    }
    expect(Math.max(await weightOf(world, 'mfe1'), await weightOf(world, 'mfe2'))).toBeGreaterThan(5);
  });

  it('G2 does not grow in a freeze, and goes down in it when it must', async () => {
    const fromMs = Date.UTC(2026, 0, 15, 10, 9, 0);
    const freeze = [{ kind: 'range' as const, fromMs, untilMs: fromMs + 60 * minute, reason: 'quarter end' }];
    const world = await onTrial({ perSecond: 100, more: { freeze } });
    const harmless = { failing: 0.05, stable: 0.05 };
    for (let i = 0; i < 22; i += 1) await slot(world, 100, harmless);
    const before = await weightOf(world);
    for (let i = 0; i < 12; i += 1) await slot(world, 100, harmless);
    expect(await weightOf(world)).toBe(before);
    expect((await world.status()).rollout?.waiting).toBe('frozen');
    for (let i = 0; i < 24; i += 1) await slot(world, 100, { failing: 0.075, stable: 0.05 });
    expect((await world.rollout())?.end).toBeNull();
    expect(await weightOf(world)).toBeLessThan(before);
  });

  it('A8 keeps its weight while it is paused, also over a restart, and grows on afterwards', async () => {
    const world = await onTrial({ perSecond: 2 });
    await slots(world, 3, 2);
    done(await world.pause());
    world.restart();
    await slots(world, 30, 2);
    expect(await weightOf(world)).toBe(10);
    done(await world.resume());
    await slots(world, 1, 2);
    expect(await weightOf(world)).toBe(20);
  });

  it('E4 does not double more often because the controller restarts', async () => {
    const world = await onTrial({ perSecond: 2 });
    for (let i = 0; i < 9; i += 1) {
      world.restart();
      await slot(world, 2);
      await world.tick();
    }
    expect(await weightOf(world)).toBe(25);
    expect((await world.history()).entries.filter(({ kind }) => kind === 'reweighed')).toHaveLength(3);
  });

  it('C5 doubles once when two controllers tick at once', async () => {
    const world = await onTrial({ perSecond: 2 });
    await slots(world, 2, 2);
    world.pass(slotMs);
    const other = world.controller;
    world.restart();
    await Promise.all([world.tick(), other.tick()]);
    expect(await weightOf(world)).toBe(10);
    expect((await world.history()).entries.filter(({ kind }) => kind === 'reweighed')).toHaveLength(1);
  });

  it('C7 leaves a weight alone that a human wrote', async () => {
    const world = await onTrial({ perSecond: 2 });
    await world.writeByHand(world.pointerKey(), { ...(await world.pointer()), canaryPercent: 1 });
    await slots(world, 12, 2);
    expect(await weightOf(world)).toBe(1);
    expect((await world.status()).drifted).toBe(true);
  });

  it('C9 gives a group one weight: the least that any member allows', async () => {
    const more = { groups: [{ name: 'checkout', apps: ['mfe1', 'mfe2'] }] };
    const world = await adaptive({ apps: ['mfe1', 'mfe2'], perSecond: 2, more });
    world.traffic('mfe2', 100);
    world.baseline('mfe2', known(100));
    world.pass(minute);
    await world.tick();
    done(await world.startGroup('checkout', { mfe1: 'v1.1.0', mfe2: 'v1.1.0' }));
    expect([await weightOf(world, 'mfe1'), await weightOf(world, 'mfe2')]).toEqual([0.33, 0.33]);
    for (let i = 0; i < 12; i += 1) {
      await slot(world, 2, { app: 'mfe1' });
      await slot(world, 100, { app: 'mfe2' });
      expect(await weightOf(world, 'mfe1')).toBe(await weightOf(world, 'mfe2'));
    }
    expect(await weightOf(world)).toBeGreaterThan(0.33);
  });

  it('D29 in mode observe judges, says what it would do, and leaves the pointer as it is', async () => {
    const world = await onTrial({ perSecond: 6, plan: planOf({ ramp: 'adaptive', mode: 'observe' }) });
    await slots(world, 600, 6);
    expect(await weightOf(world)).toBe(5);
    const kinds = (await world.history()).entries.map(({ kind }) => kind);
    expect(kinds).toContain('would-have');
    expect(kinds).not.toContain('reweighed');
    expect((await world.rollout())?.wouldHave?.action).toBe('advance');
  });

  it('A2 grows from the least weight after a stage for an audience', async () => {
    const plan = planOf({ ramp: 'adaptive', stages: [{ audience: 'staff', soak: '5m' }], cap: 10 });
    const world = await onTrial({ perSecond: 2, plan });
    expect(await world.pointer()).toMatchObject({ audience: 'staff', canaryPercent: 0 });
    for (let i = 0; i < 31; i += 1) {
      world.pass(slotMs);
      await world.tick();
    }
    expect((await world.pointer()).audience).toBeUndefined();
    expect(await weightOf(world)).toBe(0.01);
    await slots(world, 3, 2);
    expect(await weightOf(world)).toBe(0.02);
  });

  it('E1 E3 finishes a change of weight that was interrupted at any write, once', async () => {
    for (const [write, when] of [0, 1, 2, 3, 4, 5].flatMap((at) => [[at, 'before'] as const, [at, 'after'] as const])) {
      const disk = createMemoryStore();
      const store = crashing(disk);
      const world = await onTrial({ perSecond: 2, store, disk });
      await slots(world, 2, 2);
      store.crashAt(write, when);
      await slot(world, 2);
      world.restart();
      await world.tick();
      const steps = (await world.history()).entries.filter(({ kind }) => kind === 'reweighed');
      expect([await weightOf(world), (await world.entry()).canaryPercent, steps.length]).toEqual([10, 10, 1]);
    }
  });
});
