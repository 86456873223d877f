import type { Router, Store } from '@sluice/core';
import { DeliveryError, historyKey, parseAppId, placeOf, pointerKey } from '@sluice/core';
import { createMemoryRouter, createMemoryStore } from '@sluice/local';
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
  threePromoted,
} from './world.js';

const mfe1 = placeOf(parseAppId('mfe1') ?? fail('mfe1'));
const hour = 60 * minute;

/** A store that answers as the test says before it is asked. */
function faulty(disk: Store) {
  let fault: ((key: string, write: boolean) => Error | 'late' | undefined) | undefined;
  const store: Store = {
    ...disk,
    read: async (key) => {
      const found = fault?.(key, false);
      if (found instanceof Error) throw found;
      return disk.read(key);
    },
    write: async (key, bytes, condition) => {
      const found = fault?.(key, true);
      if (found instanceof Error) throw found;
      const result = await disk.write(key, bytes, condition);
      if (found === 'late') throw unreachable('the answer got lost');
      return result;
    },
  };
  return {
    store,
    fails: (with_: typeof fault) => {
      fault = with_;
    },
  };
}

function unreachable(message: string): DeliveryError {
  return new DeliveryError({ code: 'store-unreachable', message, remedy: 'Try again.' });
}

/** A router of one region that can be cut off or throttled. */
function aRegion(name: string) {
  const router = createMemoryRouter(name);
  const state: { problem: Error | undefined; invalidations: number } = { problem: undefined, invalidations: 0 };
  const region: Router = {
    name,
    route: async (app, pointer) => {
      if (state.problem !== undefined) throw state.problem;
      return router.route(app, pointer);
    },
    served: async (app) => {
      if (state.problem !== undefined) throw state.problem;
      return router.served(app);
    },
  };
  return { region, router, state };
}

describe('E. Faults of the world', () => {
  it.each([hour, -hour])(
    'E6 a clock that jumps by %s ms neither advances early nor waits without end',
    async (jump) => {
      const world = await aRunningRollout();
      await world.run('mfe1', 30);
      world.pass(jump);
      for (let i = 0; i < 5; i += 1) await world.tick();
      expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
      expect((await world.rollout())?.stage.degraded).toBe(false);
      await world.run('mfe1', 29);
      expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
      await world.run('mfe1', 1);
      expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
    },
  );

  it.each(['500', '503', 'slow down'])(
    'E7 a store that answers %s is asked again, and nothing is lost',
    async (answer) => {
      const disk = createMemoryStore();
      const { store, fails } = faulty(disk);
      const world = await aRunningRollout({ store, disk });
      await world.run('mfe1', 59);
      fails(() => unreachable(answer));
      await world.closeSlot('mfe1', healthy);
      await world.tick();
      await world.tick();
      expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
      fails(undefined);
      await world.tick();
      await world.tick();
      expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
      expect((await world.history()).entries.filter(({ kind }) => kind === 'advanced')).toHaveLength(1);
    },
  );

  it('E7 a time-out after success at every kind of write: one advance, with the same identity', async () => {
    for (const late of ['rollout.json', 'active-version.json', 'platform-index.json', 'version-history.json']) {
      const disk = createMemoryStore();
      const { store, fails } = faulty(disk);
      const world = await aRunningRollout({ store, disk });
      await world.run('mfe1', 59);
      await world.closeSlot('mfe1', healthy);
      let once = true;
      fails((key, write) => {
        if (!write || !key.endsWith(late) || !once) return undefined;
        once = false;
        return 'late';
      });
      await world.tick();
      await world.tick();
      expect(await world.pointer()).toMatchObject({ canaryPercent: 25 });
      const { entries } = await world.history();
      expect(entries.filter(({ kind }) => kind === 'advanced')).toHaveLength(1);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    }
  });

  it('E11 a rollback whose writes fail is tried for ever, loudly, and not called done before it is served', async () => {
    const { region, state } = aRegion('eu');
    const world = await aRunningRollout({ more: { routers: [region] } });
    state.problem = new Error('access denied');
    const result = done(await world.abort());
    expect(result.status.served).toMatchObject([{ router: 'eu', state: 'unreachable' }]);
    expect(result.status.sentence).toContain('not served yet by eu');
    for (let i = 0; i < 50; i += 1) {
      world.pass(minute);
      await world.tick();
    }
    expect(world.problems.length).toBeGreaterThanOrEqual(50);
    state.problem = undefined;
    await world.tick();
    expect((await world.status()).served).toMatchObject([{ router: 'eu', state: 'served', percent: 0 }]);
  });

  it('E11 a store that refuses the pointer keeps the decision in the record, and the next tick writes it', async () => {
    const disk = createMemoryStore();
    const { store, fails } = faulty(disk);
    const world = await aRunningRollout({ store, disk });
    fails((key, write) => (write && key.endsWith('active-version.json') ? unreachable('503') : undefined));
    await expect(world.abort()).rejects.toThrow('503');
    for (let i = 0; i < 5; i += 1) await world.tick();
    expect(world.problems).toHaveLength(5);
    fails(undefined);
    await world.tick();
    expect(await world.pointer()).toMatchObject({ canaryVersion: null, blocked: ['v1.1.0'] });
    expect(await world.entry()).toMatchObject({ canaryVersion: null });
  });

  it('E12 a router that still serves an old pointer: desired and observed percent are both shown', async () => {
    const { region, router } = aRegion('eu');
    const stale: Router = { ...region, route: () => Promise.resolve() };
    const world = await aRunningRollout({ more: { routers: [stale] } });
    await router.route(mfe1.app, await world.pointer());
    done(await world.advance());
    const status = await world.status();
    expect(status.rollout).toMatchObject({ desiredPercent: 25 });
    expect(status.served).toMatchObject([{ router: 'eu', state: 'behind', percent: 5 }]);
    await world.closeSlot('mfe1', { canary: { sessions: 5, failed: 0 }, baseline: { sessions: 95, failed: 0 } });
    await world.tick();
    expect((await world.status()).rollout).toMatchObject({ desiredPercent: 25, observedPercent: 5 });
  });

  it('E13 an invalidation that is throttled does not hold up the rollback: the pointer is what is served', async () => {
    const { router } = aRegion('cdn');
    const invalidating: Router = {
      ...router,
      route: async (app, pointer) => {
        await router.route(app, pointer);
        throw new Error('TooManyInvalidationsInProgress');
      },
    };
    const world = await aRunningRollout({ more: { routers: [invalidating] } });
    done(await world.abort());
    expect(await world.entry()).toMatchObject({ canaryVersion: null });
    expect((await world.status()).served).toMatchObject([{ router: 'cdn', state: 'served', percent: 0 }]);
  });

  it('E14 one of two regions is unreachable: partial, said so, and it converges', async () => {
    const eu = aRegion('eu');
    const us = aRegion('us');
    const world = await aRunningRollout({ more: { routers: [eu.region, us.region] } });
    us.state.problem = new Error('region down');
    done(await world.advance());
    expect((await world.status()).served).toMatchObject([{ state: 'served', percent: 25 }, { state: 'unreachable' }]);
    expect((await world.status()).sentence).toContain('Partial: not served yet by us');
    us.state.problem = undefined;
    await world.tick();
    expect((await world.status()).served).toMatchObject([{ state: 'served' }, { state: 'served', percent: 25 }]);
  });

  it('E15 credentials that expire in mid-rollout: the weight is held, people are told, nothing is lost', async () => {
    const disk = createMemoryStore();
    const { store, fails } = faulty(disk);
    const world = await aRunningRollout({ store, disk });
    await world.run('mfe1', 30);
    fails(() => new DeliveryError({ code: 'store-unreachable', message: 'ExpiredToken', remedy: 'Log in again.' }));
    for (let i = 0; i < 100; i += 1) {
      await world.closeSlot('mfe1', healthy).catch(() => world.pass(10_000));
      await world.tick();
    }
    expect(String(world.problems.at(-1))).toContain('ExpiredToken');
    fails(undefined);
    expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
    await world.tick();
    expect((await world.history()).entries.filter(({ kind }) => kind === 'advanced').length).toBeLessThanOrEqual(1);
  });

  it('E16 a history that is lost: said so, not made up; a rollback asks for the version', async () => {
    const world = await threePromoted();
    await world.store.remove(historyKey(mfe1));
    expect(refusedWith(await world.rollBack())).toBe('history-lost');
    expect(await world.pointer()).toMatchObject({ version: 'v1.2.0' });
    done(await world.rollBack({ to: 'v1.1.0', speed: 'at-once' }));
    expect(await world.pointer()).toMatchObject({ version: 'v1.1.0' });
    expect((await world.history()).entries.map(({ kind }) => kind)).toEqual(['history-lost', 'ended', 'returned']);
  });

  it('history keeps its last lines at hand and moves older ones to an archive, losing none', async () => {
    const world = createWorld();
    world.publish('mfe1', 'v1.0.0', 'v1.1.0');
    done(await world.start('v1.0.0'));
    for (let i = 0; i < 520; i += 1) {
      done(await world.start('v1.1.0'));
      done(await world.abort());
    }
    const history = await world.history();
    expect(history.archived).toBe(500);
    const archived = await world.store.list('mfe1/version-history/');
    expect(archived).toHaveLength(1);
    expect(history.entries.length + (history.archived ?? 0)).toBe(1 + 2 * 520);
  });

  it.each([
    ['hold', 5, null],
    ['roll-back', 0, 'rolled-back'],
    ['continue', 100, null],
  ] as const)(
    'D10 telemetry that stays away: held up to the limit, then the plan says %s',
    async (policy, percent, outcome) => {
      const plan = { ...tenMinutePlan, telemetryLost: { afterMs: 10 * minute, policy } };
      const world = await aRunningRollout({ plan });
      world.telemetryFails(new Error('time-out'));
      for (let i = 0; i < 10; i += 1) {
        await world.tick();
        world.pass(minute);
      }
      expect(await world.pointer()).toMatchObject({ canaryPercent: 5 });
      for (let i = 0; i < 34; i += 1) {
        await world.tick();
        world.pass(minute);
      }
      const pointer = await world.pointer();
      expect(pointer.canaryPercent).toBe(percent);
      expect((await world.rollout())?.end?.outcome ?? null).toBe(outcome);
      expect((await world.history()).entries.filter(({ kind }) => kind === 'telemetry-lost')).toHaveLength(1);
    },
  );

  it('a garbled pointer does not stop the other apps', async () => {
    const world = createWorld({ apps: ['mfe1', 'mfe2'] });
    for (const app of ['mfe1', 'mfe2']) {
      world.publish(app, 'v1.0.0', 'v1.1.0');
      done(await world.start('v1.0.0', { app }));
      done(await world.start('v1.1.0', { app }));
    }
    await world.writeByHand(pointerKey(mfe1), '{"version":');
    for (let i = 0; i < 60; i += 1) {
      await world.closeSlot('mfe2', healthy);
      await world.tick();
    }
    expect(await world.pointer('mfe2')).toMatchObject({ canaryPercent: 25 });
    expect(world.problems.length).toBeGreaterThan(0);
  });
});
