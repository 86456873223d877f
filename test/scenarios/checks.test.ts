import { createCheckRounds } from '@sluice/controller';
import { createChecksAskedNow, type CheckGate, type CheckReading } from '@sluice/controller/commands';
import type { CheckAnswer } from '@sluice/core';
import { parseAppId } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { createWorld, done, fail, minute, refusedWith, tenMinutePlan, type WorldOptions } from './world.js';

const passed: CheckAnswer = { kind: 'passed', why: 'it says "ok"' };
const pending: CheckAnswer = { kind: 'pending', why: 'it says "open"' };
const failed: CheckAnswer = { kind: 'failed', why: 'it says "failed"' };
const none: CheckAnswer = { kind: 'unanswered', why: 'it answered 503' };

/** A rollout with one check, which says what the test says. */
async function aCheckedRollout(more: { stages?: readonly number[]; everyMs?: number } & WorldOptions = {}) {
  const { stages = null, everyMs = minute, ...options } = more;
  const said: { now: CheckAnswer | Promise<CheckAnswer>; asked: number[]; stages: number[] } = {
    now: passed,
    asked: [],
    stages: [],
  };
  const gate: CheckGate = {
    app: parseAppId('mfe1') ?? fail('mfe1'),
    stages,
    everyMs,
    check: {
      name: 'ticket',
      ask: (subject) => {
        said.asked.push(world.now());
        said.stages.push(subject.stage);
        return Promise.resolve(said.now);
      },
    },
  };
  let rounds = createCheckRounds({ gates: [gate], now: () => world.now() });
  const readings: typeof rounds.readings = (rollout) => rounds.readings(rollout);
  const world = createWorld({ ...options, more: { checks: { readings } } });
  world.publish('mfe1', 'v1.0.0', 'v1.1.0');
  done(await world.start('v1.0.0'));
  done(await world.start('v1.1.0'));
  const restart = (): void => {
    rounds = createCheckRounds({ gates: [gate], now: () => world.now() });
    world.restart();
  };
  const percent = async (): Promise<number> => (await world.pointer()).canaryPercent;
  const kinds = async (): Promise<readonly string[]> => (await world.history()).entries.map(({ kind }) => kind);
  return { world, said, gate, restart, percent, kinds };
}

describe('a web check of an app', () => {
  it('lets a rollout through where it passes, without a word', async () => {
    const { world, kinds, percent } = await aCheckedRollout();
    await world.run('mfe1', 60);
    expect(await percent()).toBe(25);
    await world.run('mfe1', 300);
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'promoted' });
    expect(await kinds()).not.toContain('waiting');
  });

  it('holds while it does not pass, says so once, and is released when it does', async () => {
    const { world, said, kinds, percent } = await aCheckedRollout();
    said.now = pending;
    await world.run('mfe1', 100);
    expect(await percent()).toBe(5);
    expect((await world.status()).sentence).toContain('The check ticket: it says "open".');
    expect((await kinds()).filter((kind) => kind === 'waiting')).toHaveLength(1);
    said.now = passed;
    await world.run('mfe1', 7);
    expect(await percent()).toBe(25);
  });

  it('says the newest reason that it waits for', async () => {
    const { world, said, kinds } = await aCheckedRollout();
    said.now = pending;
    await world.run('mfe1', 3);
    said.now = { kind: 'pending', why: 'it says "in review"' };
    await world.run('mfe1', 7);
    expect((await world.status()).sentence).toContain('in review');
    expect((await kinds()).filter((kind) => kind === 'waiting')).toHaveLength(1);
  });

  it('keeps a stage that was done until the first answer is there', async () => {
    const { world, said, percent } = await aCheckedRollout({ stages: [1] });
    for (let i = 0; i < 60; i += 1) await world.closeSlot('mfe1', sixty);
    let answer: (said: CheckAnswer) => void = () => undefined;
    said.now = new Promise<CheckAnswer>((resolve) => {
      answer = resolve;
    });
    await world.tick();
    await world.tick();
    expect(await percent()).toBe(5);
    expect((await world.rollout())?.obstacle).toBeNull();
    answer(pending);
    await world.tick();
    await world.tick();
    expect(await percent()).toBe(5);
    expect((await world.rollout())?.obstacle).toMatchObject({ kind: 'check' });
  });

  it.each([0, 1, 2, 3, 4, 5])('never goes on past an answer that comes in mid-tick, after %i looks', async (looks) => {
    let left = looks;
    const readings = (): Promise<readonly CheckReading[]> => {
      left -= 1;
      const said = left >= 0 ? ({ kind: 'asking', why: 'it is being asked' } as const) : pending;
      return Promise.resolve([{ name: 'ticket', ...said, unansweredSinceMs: null }]);
    };
    const world = createWorld({ more: { checks: { readings } } });
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0'));
    done(await world.start('v1.1.0'));
    for (let i = 0; i < 60; i += 1) await world.closeSlot('mfe1', sixty);
    await world.tick();
    await world.tick();
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
  });

  it('is asked only in its stages, and anew in each', async () => {
    const { world, said } = await aCheckedRollout({ stages: [2, 4] });
    await world.run('mfe1', 400);
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'promoted' });
    expect(new Set(said.stages)).toEqual(new Set([2, 4]));
  });

  it('takes the canary back at what the configuration names for it, also during the bake', async () => {
    const { world, said } = await aCheckedRollout({ stages: [4] });
    await world.run('mfe1', 185);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 100 });
    said.now = failed;
    await world.run('mfe1', 10);
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
    expect((await world.rollout())?.end).toMatchObject({
      outcome: 'rolled-back',
      why: 'The check ticket: it says "failed".',
    });
  });

  it('is overridden by name: neither holds nor takes back', async () => {
    const { world, said, percent } = await aCheckedRollout();
    said.now = failed;
    const asked = { overrides: ['check'] as const, reason: 'the ticket system is down' };
    done(await world.advance({}, asked));
    await world.run('mfe1', 61);
    expect(await percent()).toBe(50);
  });

  it('refuses a person who advances past it, and names the override', async () => {
    const { world, said } = await aCheckedRollout();
    said.now = pending;
    await world.run('mfe1', 3);
    const result = await world.advance();
    expect(refusedWith(result)).toBe('rollout-obstructed');
    expect(result.kind === 'refused' && result.error.message).toContain('--override check');
  });

  it('is asked by a command that has no controller, once, and its answer counts', async () => {
    const { world, said, gate } = await aCheckedRollout();
    const checks = createChecksAskedNow([gate], world.now);
    const rollout = (await world.rollout()) ?? fail('no rollout');
    said.now = none;
    expect(await checks.readings(rollout)).toEqual([
      { name: 'ticket', kind: 'unanswered', why: 'it answered 503', unansweredSinceMs: world.now() },
    ]);
  });
});

const sixty = { canary: { sessions: 10, failed: 0 }, baseline: { sessions: 90, failed: 0 } };

describe('a web check that does not answer', () => {
  it('D10 is asked again with growing pauses, and the weight is held', async () => {
    const { world, said, percent } = await aCheckedRollout();
    said.now = none;
    const from = world.now();
    for (let i = 0; i < 240; i += 1) {
      await world.tick();
      world.pass(1000);
    }
    expect(said.asked.map((at) => (at - from) / 1000)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
    await world.run('mfe1', 80);
    expect(await percent()).toBe(5);
    said.now = passed;
    await world.run('mfe1', 8);
    expect(await percent()).toBe(25);
  });

  it.each([
    ['hold', 5, null],
    ['roll-back', 0, 'rolled-back'],
    ['continue', 25, null],
  ] as const)('D10 beyond the limit the plan says %s', async (policy, expected, outcome) => {
    const plan = { ...tenMinutePlan, telemetryLost: { afterMs: 20 * minute, policy } };
    const { world, said, percent } = await aCheckedRollout({ plan });
    said.now = none;
    await world.run('mfe1', 119);
    expect(await percent()).toBe(5);
    await world.run('mfe1', 3);
    expect(await percent()).toBe(expected);
    expect((await world.rollout())?.end?.outcome ?? null).toBe(outcome);
  });

  it('E4 holds on over a restart, and its limit begins anew', async () => {
    const plan = { ...tenMinutePlan, telemetryLost: { afterMs: 20 * minute, policy: 'roll-back' as const } };
    const { world, said, restart } = await aCheckedRollout({ plan });
    said.now = none;
    await world.run('mfe1', 100);
    restart();
    await world.run('mfe1', 100);
    expect((await world.rollout())?.end).toBeNull();
    await world.run('mfe1', 30);
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'rolled-back' });
  });

  it('E5 an answer of before a long sleep does not count: it is asked first', async () => {
    const { world, said, percent } = await aCheckedRollout();
    await world.run('mfe1', 59);
    said.now = pending;
    world.pass(3 * 60 * minute);
    await world.closeSlot('mfe1', sixty);
    await world.tick();
    expect(await percent()).toBe(5);
    await world.tick();
    expect((await world.rollout())?.obstacle).toMatchObject({ kind: 'check' });
  });

  it('E6 a clock that jumps an hour does not stop the questions', async () => {
    const { world, said, percent } = await aCheckedRollout();
    said.now = pending;
    await world.run('mfe1', 70);
    world.pass(-60 * minute);
    said.now = passed;
    await world.run('mfe1', 30);
    expect(await percent()).toBe(25);
  });

  it('says nothing when one that hangs is asked: the tick goes on', async () => {
    const never = new Promise<CheckAnswer>(() => undefined);
    const gates = [
      {
        app: parseAppId('mfe1') ?? fail('mfe1'),
        stages: null,
        everyMs: minute,
        check: { name: 'slow', ask: () => never },
      },
    ];
    const rounds = createCheckRounds({ gates, now: () => world.now() });
    const world = createWorld({ more: { checks: rounds } });
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0'));
    done(await world.start('v1.1.0'));
    await world.run('mfe1', 10, { canary: { sessions: 20, failed: 10 }, baseline: { sessions: 180, failed: 1 } });
    expect((await world.rollout())?.end).toMatchObject({ outcome: 'rolled-back' });
  });
});
