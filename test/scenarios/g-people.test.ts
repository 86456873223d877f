import type { AlarmReading, Notification, Notifier } from '@sluice/core';
import { parseAppId } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { describe, expect, it } from 'vitest';
import { Crash, crashing } from './crashing.js';
import {
  aRunningRollout,
  createWorld,
  done,
  fail,
  healthy,
  minute,
  promoteAll,
  refusedWith,
  tenMinutePlan,
  type World,
} from './world.js';

const dayMs = 24 * 60 * minute;
const startMs = Date.UTC(2026, 0, 15, 10, 0, 0);
const christmas = {
  kind: 'range' as const,
  fromMs: startMs + 2 * 60 * minute,
  untilMs: startMs + dayMs,
  reason: 'Christmas',
};

function receiver(): Notifier & { readonly told: Notification[]; fails: number } {
  const told: Notification[] = [];
  const self = {
    name: 'receiver',
    told,
    fails: 0,
    send: (notification: Notification): Promise<void> => {
      if (self.fails > 0) {
        self.fails -= 1;
        return Promise.reject(new Error('the receiver is down'));
      }
      told.push(notification);
      return Promise.resolve();
    },
  };
  return self;
}

const broken = { canary: { sessions: 20, failed: 15 }, baseline: { sessions: 200, failed: 1 } };

describe('G. Freeze and stop-the-line', () => {
  it('G1 in a freeze nothing starts, nothing advances; rollback and abort do', async () => {
    const world = await aRunningRollout({ more: { freeze: [christmas] } });
    world.pass(2 * 60 * minute);
    await world.run('mfe1', 100);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    expect((await world.status()).sentence).toContain('Frozen: A freeze: Christmas.');
    expect(refusedWith(await world.advance())).toBe('rollout-obstructed');
    expect(refusedWith(await world.promote())).toBe('rollout-obstructed');
    done(await world.rollBack());
    expect(await world.pointer()).toMatchObject({ canaryVersion: null, blocked: ['v1.1.0'] });
    expect(refusedWith(await world.start('v1.2.0'))).toBe('rollout-obstructed');
  });

  it('G1 the freeze begins and ends at its borders', async () => {
    const world = await aRunningRollout({
      more: { freeze: [{ ...christmas, fromMs: startMs + 60 * minute + 10 * minute }] },
    });
    // 59 slots after the start; the 60th ends exactly when the freeze begins, and is in it.
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    world.pass(christmas.untilMs - world.now() - 1);
    await world.tick();
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    world.pass(1);
    await world.tick();
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('G1 an override by name is recorded with its reason', async () => {
    const world = await aRunningRollout({ more: { freeze: [{ ...christmas, fromMs: startMs + 61 * minute }] } });
    world.pass(2 * minute);
    done(await world.advance({}, { overrides: ['freeze'], reason: 'payments fail' }));
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    expect((await world.history()).entries.at(-1)).toMatchObject({ overrides: ['freeze'], why: 'payments fail' });
    done(await world.abort());
    done(await world.start('v1.2.0', { overrides: ['freeze'], reason: 'fix' }));
    expect((await world.history()).entries.at(-1)).toMatchObject({
      kind: 'started',
      overrides: ['freeze'],
      why: 'fix',
    });
  });

  it.each([
    ['hold', { canaryVersion: 'v1.1.0', canaryPercent: 5 }],
    ['roll-back', { canaryVersion: null, canaryPercent: 0 }],
  ] as const)('G2 a freeze that begins in mid-rollout: the plan says %s', async (onFreeze, expected) => {
    const world = await aRunningRollout({ plan: { ...tenMinutePlan, onFreeze }, more: { freeze: [christmas] } });
    await world.run('mfe1', 5);
    world.pass(2 * 60 * minute);
    await world.tick();
    expect(await world.pointer()).toMatchObject(expected);
  });

  it('G3 stop-the-line halts every app in one write, and is released in one', async () => {
    const world = createWorld({ apps: ['mfe1', 'mfe2'] });
    for (const app of ['mfe1', 'mfe2']) {
      world.publish(app, 'v1.0.0', 'v1.1.0', 'v1.2.0');
      done(await world.start('v1.0.0', { app }));
      done(await world.start('v1.1.0', { app }));
    }
    const before = await world.text('platform.json');
    expect(await world.stopTheLine()).toMatchObject({ kind: 'done' });
    expect(before).toBeUndefined();
    for (let i = 0; i < 80; i += 1) {
      for (const app of ['mfe1', 'mfe2']) await world.closeSlot(app, healthy);
      await world.tick();
    }
    for (const app of ['mfe1', 'mfe2']) {
      expect(await world.pointer(app)).toMatchObject({ canaryPercent: 5 });
      expect((await world.status(app)).sentence).toContain('anna stopped all apps');
    }
    expect(refusedWith(await world.start('v1.2.0'))).toBe('rollout-obstructed');
    expect(await world.releaseTheLine()).toMatchObject({ kind: 'done' });
    await world.tick();
    for (const app of ['mfe1', 'mfe2']) expect(await world.pointer(app)).toMatchObject({ canaryPercent: 25 });
    const { log } = JSON.parse((await world.text('platform.json')) ?? '{}') as { log: { kind: string; why: string }[] };
    expect(log.map(({ kind }) => kind)).toEqual(['stopped', 'released']);
  });
});

describe('G. The record', () => {
  it('G4 every change has who, what, why and numbers', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 70);
    done(await world.pause({ reason: 'lunch' }));
    done(await world.resume());
    done(await world.promote({}, { reason: 'looks good' }));
    await promoteOrEnd(world);
    for (const entry of (await world.history()).entries) {
      expect(entry.actor.name).not.toBe('');
      expect(entry.why).not.toBe('');
      expect(Date.parse(entry.at)).not.toBeNaN();
      if (entry.kind !== 'first-version')
        expect(entry.numbers).toMatchObject({ canarySessions: expect.any(Number) as number });
    }
    const kinds = (await world.history()).entries.map(({ kind, actor }) => `${kind} ${actor.name}`);
    expect(kinds).toEqual([
      'first-version anna',
      'started anna',
      'advanced controller',
      'paused anna',
      'resumed anna',
      'full-weight anna',
      'ended controller',
    ]);
  });

  it('G4 each line that changed the pointer carries its generation', async () => {
    const world = await aRunningRollout();
    await world.run('mfe1', 60);
    const advanced = (await world.history()).entries.find(({ kind }) => kind === 'advanced');
    expect(advanced?.generation).toBe((await world.pointer()).generation);
  });

  it('G8 a stage that is not done by its deadline is degraded and told once; pauses do not count', async () => {
    const told = receiver();
    const world = await aRunningRollout({
      plan: { ...tenMinutePlan, progressDeadlineMs: 30 * minute },
      notifiers: [told],
    });
    done(await world.pause());
    for (let i = 0; i < 60; i += 1) {
      world.pass(minute);
      await world.tick();
    }
    expect((await world.rollout())?.stage.degraded).toBe(false);
    done(await world.resume());
    for (let i = 0; i < 30; i += 1) {
      world.pass(minute);
      await world.tick();
    }
    expect((await world.rollout())?.stage.degraded).toBe(false);
    for (let i = 0; i < 30; i += 1) {
      world.pass(minute);
      await world.tick();
    }
    expect((await world.status()).rollout).toMatchObject({ degraded: true });
    await world.messenger.idle();
    expect(told.told.filter(({ kind }) => kind === 'degraded')).toHaveLength(1);
  });
});

async function promoteOrEnd(world: World): Promise<void> {
  await world.run('mfe1', 100);
  if ((await world.rollout())?.end === null) fail('it did not end');
}

describe('G. Notifications', () => {
  it('G7 one notification a transition, in order, also over restarts', async () => {
    const told = receiver();
    const world = await aRunningRollout({ notifiers: [told] });
    for (let i = 0; i < 250 && (await world.rollout())?.end === null; i += 1) {
      await world.closeSlot('mfe1', healthy);
      world.restart();
      await world.tick();
      await world.messenger.idle();
    }
    expect(told.told.map(({ kind }) => kind)).toEqual([
      'first-version',
      'started',
      'advanced',
      'advanced',
      'full-weight',
      'ended',
    ]);
    expect(new Set(told.told.map(({ id }) => id)).size).toBe(6);
  });

  it('G7 two controllers that tick at once tell once', async () => {
    const told = receiver();
    const world = await aRunningRollout({ notifiers: [told] });
    const first = { controller: world.controller, messenger: world.messenger };
    world.restart();
    await Promise.all([first.controller.tick(), world.tick()]);
    await Promise.all([first.messenger.idle(), world.messenger.idle()]);
    expect(told.told.map(({ kind }) => kind)).toEqual(['first-version', 'started']);
  });

  it('G7 a receiver that is down blocks nothing; what it missed is told when it is back', async () => {
    const told = receiver();
    told.fails = 6;
    const world = await aRunningRollout({ notifiers: [told] });
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    for (let i = 0; i < 60; i += 1) {
      world.pass(minute);
      await world.tick();
      await world.messenger.idle();
    }
    expect(told.told.map(({ kind }) => kind)).toEqual(['first-version', 'started', 'advanced']);
  });

  it('G7 a receiver that is always down is given up for one message, and asked again for the next', async () => {
    const told = receiver();
    told.fails = 12;
    const world = await aRunningRollout({ notifiers: [told] });
    for (let i = 0; i < 300; i += 1) {
      world.pass(minute);
      await world.tick();
      await world.messenger.idle();
    }
    expect(told.told.map(({ kind }) => kind)).toEqual(['started', 'degraded']);
  });

  it('G7 a process that dies in mid-message tells it again under the same id, never never', async () => {
    const disk = createMemoryStore();
    const store = crashing(disk);
    const told = receiver();
    const world = createWorld({ store, disk, notifiers: [told] });
    world.publish('mfe1', 'v1.0.0');
    done(await world.start('v1.0.0'));
    // The claim is the first write of the messenger, what follows it the second.
    store.crashAt(1, 'before');
    await world.tick();
    await world.messenger.idle();
    expect(world.problems.some((problem) => problem instanceof Crash)).toBe(true);
    world.restart();
    for (let i = 0; i < 3; i += 1) {
      world.pass(minute);
      await world.tick();
      await world.messenger.idle();
    }
    expect(new Set(told.told.map(({ id }) => id)).size).toBe(1);
    expect(told.told).toHaveLength(2);
  });

  it('G7 the message of a rollback says what was taken back, how many hit it, and why', async () => {
    const told = receiver();
    const world = await aRunningRollout({ notifiers: [told] });
    await world.run('mfe1', 3, broken);
    await world.tick();
    await world.messenger.idle();
    const message = told.told.at(-1) ?? fail('nothing was told');
    expect(message).toMatchObject({ kind: 'ended', severity: 'bad' });
    expect(message.title).toContain('v1.1.0');
    expect(message.title).toContain('v1.0.0');
    expect(message.lines.join(' ')).toMatch(/20|40|60/);
  });
});

describe('Alarms beside the analysis', () => {
  const on = (more: Partial<AlarmReading> = {}): AlarmReading => ({
    alarm: '5xx',
    app: parseAppId('mfe1') ?? null,
    scope: 'app',
    state: 'alarm',
    why: '7 % of the answers were 5xx in 3 of 3 minutes.',
    ...more,
  });

  it('D23 an alarm of the app during the bake at 100 % takes the canary back; D25 twice is one rollback', async () => {
    const readings: AlarmReading[] = [];
    const world = await aRunningRollout({ more: { alarms: () => readings } });
    await world.run('mfe1', 180);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 100 });
    readings.push(on(), on());
    await world.tick();
    await world.tick();
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
    const ended = (await world.history()).entries.filter(({ kind }) => kind === 'ended');
    expect(ended).toHaveLength(1);
    expect(ended[0]?.why).toContain('The alarm 5xx is on: 7 %');
  });

  it("an alarm of another app is nobody else's; a global one holds and is released", async () => {
    const readings: AlarmReading[] = [on({ app: parseAppId('mfe2') ?? null })];
    const world = await aRunningRollout({ more: { alarms: () => readings } });
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    readings[0] = on({ scope: 'global', app: null });
    await world.run('mfe1', 100);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    expect((await world.status()).rollout).toMatchObject({ waiting: 'alarm' });
    readings.pop();
    await world.tick();
    expect(await world.pointer()).toMatchObject({ canaryPercent: 50 });
  });

  it('D22 INSUFFICIENT_DATA is neither OK nor ALARM: it takes nothing back and holds nothing', async () => {
    const readings = [on({ state: 'insufficient-data' })];
    const world = await aRunningRollout({ more: { alarms: () => readings } });
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
  });

  it('D21 an alarm that is on before the start refuses it; named, it is overridden', async () => {
    const readings = [on()];
    const world = createWorld({ more: { alarms: () => readings } });
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0', { overrides: ['alarm'] }));
    expect(refusedWith(await world.start('v1.1.0'))).toBe('rollout-obstructed');
    done(await world.start('v1.1.0', { overrides: ['alarm'], reason: 'this fixes it' }));
    await world.run('mfe1', 5);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
  });

  it('D24 an alarm with nothing running changes nothing', async () => {
    const readings = [on()];
    const world = createWorld({ more: { alarms: () => readings } });
    world.publish('mfe1', 'v1.0.0');
    done(await world.start('v1.0.0', { overrides: ['alarm'] }));
    const before = await world.pointer();
    for (let i = 0; i < 5; i += 1) await world.tick();
    expect(await world.pointer()).toEqual(before);
  });
});

it('B4 retry after an abort: stage 1 again, the same version, no new build, and it can be promoted', async () => {
  const world = await aRunningRollout();
  await world.run('mfe1', 70);
  done(await world.abort());
  done(await world.retry());
  expect(await world.pointer()).toMatchObject({ canaryVersion: 'v1.1.0', canaryPercent: 5 });
  expect((await world.pointer()).blocked ?? []).toEqual([]);
  await promoteAll(world);
});
