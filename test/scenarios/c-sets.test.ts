import { decide, type Store } from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { describe, expect, it } from 'vitest';
import { Crash, crashing } from './crashing.js';
import {
  aRunningRollout,
  createWorld,
  done,
  healthy,
  minute,
  refusedWith,
  tenMinutePlan,
  type World,
} from './world.js';

const pair = [{ name: 'pair', apps: ['mfe1', 'mfe2'] }];
const together = { mfe1: 'v1.1.0', mfe2: 'v1.1.0' };

async function live(world: World, ...apps: readonly string[]): Promise<void> {
  for (const app of apps) {
    world.publish(app, 'v1.0.0', 'v1.1.0', 'v2.0.0');
    done(await world.start('v1.0.0', { app }));
  }
}

async function aGroup(options: Parameters<typeof createWorld>[0] = {}): Promise<World> {
  const world = createWorld({ apps: ['mfe1', 'mfe2'], ...options, more: { groups: pair, ...options.more } });
  await live(world, 'mfe1', 'mfe2');
  world.pass(60 * minute);
  done(await world.startGroup('pair', together));
  return world;
}

async function bothSlots(world: World, count: number, second = healthy): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await world.closeSlot('mfe1', healthy);
    await world.closeSlot('mfe2', second);
    await world.tick();
  }
}

const shares = async (world: World): Promise<readonly number[]> => [
  (await world.entry('mfe1')).canaryPercent,
  (await world.entry('mfe2')).canaryPercent,
];

describe('C. Superseding', () => {
  it('C1 replace: the running canary is superseded, the new one begins at 5 %, stable stays', async () => {
    const world = await aRunningRollout({ superseding: 'replace' });
    await world.run('mfe1', 60);
    expect(await world.pointer()).toMatchObject({ canaryVersion: 'v1.1.0', canaryPercent: 25 });
    done(await world.start('v1.2.0'));
    const pointer = await world.pointer();
    expect(pointer).toMatchObject({
      version: 'v1.0.0',
      canaryVersion: 'v1.2.0',
      canaryPercent: 5,
      salt: 'mfe1@v1.2.0',
    });
    expect(pointer.blocked ?? []).toEqual([]);
    const [ended, started] = (await world.history()).entries.slice(-2);
    expect(ended).toMatchObject({ kind: 'ended', outcome: 'superseded', version: 'v1.1.0', stable: 'v1.0.0' });
    expect(started).toMatchObject({ kind: 'started', version: 'v1.2.0' });
  });

  it('C1 --same-users keeps the salt, so that the same users get the new canary', async () => {
    const world = await aRunningRollout();
    done(await world.start('v1.2.0', { superseding: 'replace', users: 'same' }));
    expect(await world.pointer()).toMatchObject({ canaryVersion: 'v1.2.0', salt: 'mfe1@v1.1.0' });
  });

  it('C2 queue: the new version waits, the latest wins, and starts by itself when the running one has ended', async () => {
    const world = await aRunningRollout();
    world.publish('mfe1', 'v1.3.0');
    done(await world.start('v1.2.0'));
    done(await world.start('v1.3.0'));
    expect((await world.status()).queued).toMatchObject({ version: 'v1.3.0', by: 'anna' });
    expect(await world.pointer()).toMatchObject({ canaryVersion: 'v1.1.0' });
    await world.run('mfe1', 5, { canary: { sessions: 20, failed: 15 }, baseline: { sessions: 200, failed: 1 } });
    await world.tick();
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: 'v1.3.0', canaryPercent: 5 });
    const started = (await world.history()).entries
      .filter(({ kind }) => kind === 'started')
      .map(({ version }) => version);
    expect(started).toEqual(['v1.1.0', 'v1.3.0']);
  });

  it('C2 an abort by a person empties the queue', async () => {
    const world = await aRunningRollout();
    done(await world.start('v1.2.0'));
    done(await world.abort());
    await world.tick();
    await world.tick();
    expect(await world.pointer()).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
  });

  it('C2 what waits and was blocked meanwhile is dropped, with a line that says so', async () => {
    const world = await aRunningRollout();
    done(await world.start('v1.2.0'));
    world.spoil('mfe1', 'v1.2.0', ['index.js: missing']);
    await world.run('mfe1', 5, { canary: { sessions: 20, failed: 15 }, baseline: { sessions: 200, failed: 1 } });
    await world.tick();
    expect((await world.status()).queued).toBeNull();
    expect((await world.history()).entries.at(-1)).toMatchObject({ kind: 'dequeued', version: 'v1.2.0' });
  });

  it('C3 reject: refused, with an exit code of its own', async () => {
    const world = await aRunningRollout({ superseding: 'reject' });
    expect(refusedWith(await world.start('v1.2.0'))).toBe('rollout-running');
    expect(await world.pointer()).toMatchObject({ canaryVersion: 'v1.1.0' });
  });
});

describe('C. Limits', () => {
  it('C8 at most N rollouts run at once; N+1 waits and says why', async () => {
    const apps = ['mfe1', 'mfe2', 'mfe3'];
    const world = createWorld({ apps, more: { limits: { maxConcurrent: 2 } } });
    await live(world, ...apps);
    for (const app of apps) done(await world.start('v1.1.0', { app }));
    expect(await world.pointer('mfe3')).toMatchObject({ canaryVersion: null });
    expect((await world.status('mfe3')).queued).toMatchObject({ version: 'v1.1.0' });
    const queued = (await world.history('mfe3')).entries.at(-1);
    expect(queued).toMatchObject({ kind: 'queued' });
    expect(queued?.why).toContain('2 rollouts may run at a time, and mfe1, mfe2 do');
    expect((await world.status('mfe3')).sentence).toContain('v1.1.0 waits: 2 rollouts may run at a time');
    done(await world.abort());
    await world.tick();
    await world.tick();
    expect(await world.pointer('mfe3')).toMatchObject({ canaryVersion: 'v1.1.0' });
  });

  it('C8 starts in the same moment do not exceed the limit', async () => {
    const apps = ['mfe1', 'mfe2', 'mfe3', 'mfe4'];
    const world = createWorld({ apps, more: { limits: { maxConcurrent: 2 } } });
    await live(world, ...apps);
    await Promise.all(apps.map((app) => world.start('v1.1.0', { app })));
    const onTrial = await Promise.all(apps.map(async (app) => (await world.pointer(app)).canaryVersion));
    expect(onTrial.filter((version) => version !== null)).toHaveLength(2);
  });

  it('C8 a slot of a start that died is free again after a minute', async () => {
    const disk = createMemoryStore();
    const store = crashing(disk);
    const world = createWorld({ apps: ['mfe1', 'mfe2'], store, disk, more: { limits: { maxConcurrent: 1 } } });
    await live(world, 'mfe1', 'mfe2');
    store.crashAt(1, 'before');
    await expect(world.start('v1.1.0')).rejects.toThrow(Crash);
    done(await world.start('v1.1.0', { app: 'mfe2' }));
    expect(await world.pointer('mfe2')).toMatchObject({ canaryVersion: null });
    world.pass(61_000);
    await world.tick();
    await world.tick();
    expect(await world.pointer('mfe2')).toMatchObject({ canaryVersion: 'v1.1.0' });
  });
});

describe('C. Groups', () => {
  it('C9 members start, advance and end together, with one salt', async () => {
    const world = await aGroup();
    expect(await shares(world)).toEqual([5, 5]);
    expect((await world.pointer('mfe1')).salt).toBe((await world.pointer('mfe2')).salt);
    await bothSlots(world, 60);
    expect(await shares(world)).toEqual([25, 25]);
    await bothSlots(world, 180);
    expect(await world.pointer('mfe1')).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
    expect(await world.pointer('mfe2')).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
  });

  it('C9 a user has the canaries of both or of neither', async () => {
    const world = await aGroup();
    await bothSlots(world, 60);
    for (let i = 0; i < 500; i += 1) {
      const subject = `user-${String(i)}`;
      const one = decide({ app: 'mfe1', pointer: await world.entry('mfe1'), subject }).arm;
      expect(decide({ app: 'mfe2', pointer: await world.entry('mfe2'), subject }).arm).toBe(one);
    }
  });

  it('C9 none advances while one is not ready', async () => {
    const world = await aGroup();
    for (let i = 0; i < 100; i += 1) {
      await world.closeSlot('mfe1', healthy);
      await world.tick();
    }
    expect(await shares(world)).toEqual([5, 5]);
    expect((await world.status('mfe1')).sentence).toContain('Waits for mfe2');
  });

  it('C9 one fails: both go back, and both versions are blocked', async () => {
    const world = await aGroup();
    await bothSlots(world, 3, { canary: { sessions: 20, failed: 15 }, baseline: { sessions: 200, failed: 1 } });
    for (const app of ['mfe1', 'mfe2']) {
      expect(await world.pointer(app)).toMatchObject({ version: 'v1.0.0', canaryVersion: null, blocked: ['v1.1.0'] });
      expect((await world.rollout(app))?.end?.outcome).toBe('rolled-back');
    }
    expect((await world.rollout('mfe1'))?.end?.why).toContain('With mfe2');
  });

  it.each(['before', 'after'] as const)(
    'C9 a crash %s any write between members leaves pages with the same stage of both',
    async (when) => {
      const counted = crashing(createMemoryStore());
      const reference = await aGroup({ store: counted, disk: counted });
      const before = counted.writes();
      await bothSlots(reference, 62);
      const total = counted.writes() - before;
      expect(total).toBeGreaterThan(60);
      for (let write = 0; write < total; write += 1) {
        const disk = createMemoryStore();
        const store = crashing(disk);
        const world = await aGroup({ store, disk });
        store.crashAt(write, when);
        for (let i = 0; i < 64; i += 1) {
          await world.closeSlot('mfe1', healthy);
          await world.closeSlot('mfe2', healthy);
          await world.tick();
          const [one, two] = await shares(world);
          expect(one).toBe(two);
        }
        expect(await shares(world)).toEqual([25, 25]);
      }
    },
  );

  it('C9 a start that died before all members were claimed is completed by the next tick', async () => {
    const disk = createMemoryStore();
    const store = crashing(disk);
    const world = createWorld({ apps: ['mfe1', 'mfe2'], store, disk, more: { groups: pair } });
    await live(world, 'mfe1', 'mfe2');
    store.crashAt(2, 'before');
    await expect(world.startGroup('pair', together)).rejects.toThrow(Crash);
    expect(await shares(world)).toEqual([0, 0]);
    await world.tick();
    expect(await shares(world)).toEqual([5, 5]);
  });

  it('C9 a member that got a rollout of its own in the same moment: nothing of the group is served', async () => {
    const memory = createMemoryStore();
    const written: string[] = [];
    const disk: Store = {
      ...memory,
      write: (key, bytes, condition) => {
        if (key === 'mfe1/active-version.json') written.push(new TextDecoder().decode(bytes));
        return memory.write(key, bytes, condition);
      },
    };
    const store = crashing(disk);
    const world = createWorld({ apps: ['mfe1', 'mfe2'], store, disk, more: { groups: pair } });
    await live(world, 'mfe1', 'mfe2');
    store.crashAt(2, 'before');
    await expect(world.startGroup('pair', together)).rejects.toThrow(Crash);
    done(await world.start('v2.0.0', { app: 'mfe2' }));
    for (let i = 0; i < 3; i += 1) await world.tick();
    expect(written.filter((text) => text.includes('v1.1.0'))).toEqual([]);
    expect(await world.pointer('mfe2')).toMatchObject({ canaryVersion: 'v2.0.0' });
    expect((await world.rollout('mfe1'))?.end?.outcome).toBe('superseded');
    done(await world.start('v1.1.0'));
    expect(await world.pointer('mfe1')).toMatchObject({ canaryVersion: 'v1.1.0' });
  });

  it('C9 a command on a member steers the group; a rollback takes all of it back, also after promotion', async () => {
    const world = await aGroup();
    done(await world.advance());
    expect(await shares(world)).toEqual([25, 25]);
    done(await world.promote());
    await bothSlots(world, 60);
    expect(await world.pointer('mfe2')).toMatchObject({ version: 'v1.1.0', canaryVersion: null });
    world.pass(60 * minute);
    done(await world.rollBack());
    for (const app of ['mfe1', 'mfe2']) {
      expect(await world.pointer(app)).toMatchObject({ version: 'v1.0.0', blocked: ['v1.1.0'] });
    }
  });

  it('C9 refuses a group with a member that is on trial alone, before anything is written', async () => {
    const world = createWorld({ apps: ['mfe1', 'mfe2'], more: { groups: pair } });
    await live(world, 'mfe1', 'mfe2');
    done(await world.start('v1.1.0', { app: 'mfe2' }));
    expect(refusedWith(await world.startGroup('pair', together))).toBe('rollout-running');
    expect(await world.pointer('mfe1')).toMatchObject({ canaryVersion: null });
    expect(refusedWith(await world.startGroup('pear', together))).toBe('group-unknown');
  });
});

describe('C. Dependencies', () => {
  const needy = {
    factsOf: (app: { place: { app: string } }, version: string) =>
      Promise.resolve({
        needs: app.place.app === 'mfe1' && version === 'v2.0.0' ? { shell: '>=2.0.0' } : {},
        rollbackSafe: true,
      }),
  };
  async function aShellAndMfe1(shellPercent: number): Promise<World> {
    const world = createWorld({ apps: ['shell', 'mfe1'], more: needy });
    await live(world, 'shell', 'mfe1');
    if (shellPercent > 0) {
      const plan = {
        ...tenMinutePlan,
        stages: [{ weightBp: shellPercent * 100, soakMs: 10 * minute }, ...tenMinutePlan.stages.slice(-1)],
      };
      done(await world.start('v2.0.0', { app: 'shell', plan }));
    }
    return world;
  }

  it('C10 A needs shell 2, which is at 25 %: A reaches only users who have shell 2', async () => {
    const world = await aShellAndMfe1(25);
    done(await world.start('v2.0.0'));
    const a = await world.entry('mfe1');
    const shell = await world.entry('shell');
    expect(a).toMatchObject({ canaryPercent: 5, salt: shell.salt });
    for (let i = 0; i < 2000; i += 1) {
      const subject = `user-${String(i)}`;
      if (decide({ app: 'mfe1', pointer: a, subject }).arm === 'stable') continue;
      expect(decide({ app: 'shell', pointer: shell, subject }).arm).toBe('canary');
    }
  });

  it('C10 A does not grow beyond shell 2, and goes back when shell 2 goes back', async () => {
    const world = await aShellAndMfe1(10);
    done(await world.start('v2.0.0'));
    for (let i = 0; i < 80; i += 1) {
      await world.closeSlot('mfe1', healthy);
      await world.tick();
    }
    expect(await world.entry('mfe1')).toMatchObject({ canaryPercent: 5 });
    expect((await world.status()).sentence).toContain('shell v2.0.0 is at 10 %, and the next step needs 25 %');
    done(await world.rollBack({ app: 'shell' }));
    await world.tick();
    expect(await world.entry('mfe1')).toMatchObject({ version: 'v1.0.0', canaryVersion: null });
    expect((await world.rollout())?.end?.why).toContain('needs shell v2.0.0, which was taken back');
  });

  it('C10 A is refused where no shell 2 is there, and waits where it reaches too few', async () => {
    const world = await aShellAndMfe1(0);
    expect(refusedWith(await world.start('v2.0.0'))).toBe('dependency-unmet');
    const small = await aShellAndMfe1(1);
    done(await small.start('v2.0.0'));
    expect(await small.pointer()).toMatchObject({ canaryVersion: null });
    expect((await small.status()).queued).toMatchObject({ version: 'v2.0.0' });
  });

  it('C10 A needs shell 2, which is stable: no salt of its is needed', async () => {
    const world = await aShellAndMfe1(0);
    done(await world.start('v2.0.0', { app: 'shell' }));
    done(await world.promote({}, { app: 'shell' }));
    await world.run('shell', 60);
    expect(await world.pointer('shell')).toMatchObject({ version: 'v2.0.0' });
    done(await world.start('v2.0.0'));
    expect(await world.pointer()).toMatchObject({ salt: 'mfe1@v2.0.0' });
  });
});
