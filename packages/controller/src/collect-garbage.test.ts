import type { Store, VersionId } from '@sluice/core';
import {
  historyArchiveKey,
  historyKey,
  parseAppId,
  parseVersionId,
  placeOf,
  platformKey,
  pointerKey,
  recordKey,
  versionsSeenKey,
} from '@sluice/core';
import { createMemoryStore } from '@sluice/local';
import { parsePlan, standardPlan } from '@sluice/schema';
import { describe, expect, it } from 'vitest';
import { planGc, readChanges, runGc, startRollout, type Platform } from './commands/index.js';
import { readVersionFolders } from './version-folders.js';

const anna = { kind: 'person', name: 'anna' } as const;
const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 0, 1);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const place = placeOf(parseAppId('mfe1') ?? (undefined as never));

async function aPlatform(disk: Store = createMemoryStore()) {
  let nowMs = startMs;
  let ids = 0;
  const platform: Platform = {
    store: disk,
    apps: [{ place, kind: 'remote' }],
    sampleRate: 0.01,
    now: () => nowMs,
    newId: () => `id${String((ids += 1))}`,
    problemsOf: () => Promise.resolve([]),
  };
  for (let i = 0; i < 6; i += 1) await publish(disk, `v1.${String(i)}.0`, startMs + i * dayMs);
  await startRollout(platform, {
    app: 'mfe1',
    version: 'v1.0.0',
    plan: undefined as never,
    actor: anna,
    reason: 'first',
  });
  nowMs += 100 * dayMs;
  await writeSeen(disk, {});
  const options = { app: { place, kind: 'remote' as const }, keepLast: 2, keepSeenMs: 30 * dayMs };
  const pass = (ms: number): number => (nowMs += ms);
  return { platform, disk, options, now: () => nowMs, pass };
}

async function publish(disk: Store, name: string, atMs: number): Promise<void> {
  const version = parseVersionId(name) as VersionId;
  const manifest = {
    schema: 1,
    app: 'mfe1',
    version,
    kind: 'remote',
    entry: 'mf-manifest.json',
    files: [],
    exposes: [],
    shared: [],
    publishedAt: new Date(atMs).toISOString(),
  };
  for (const file of ['a.js', 'b.js']) await disk.write(`mfe1/${version}/${file}`, bytes('x'));
  await disk.write(`mfe1/${version}/version.json`, bytes(JSON.stringify(manifest)));
}

async function writeSeen(disk: Store, seen: object): Promise<void> {
  const fresh = { schema: 1, sinceMs: startMs, updatedMs: startMs + 100 * dayMs, versions: {} };
  await disk.write(versionsSeenKey(place), bytes(JSON.stringify({ ...fresh, ...seen })));
}

async function beginTrial(platform: Platform, version: string): Promise<void> {
  const parsed = parsePlan('standard', standardPlan);
  if (parsed.kind !== 'ok') throw new Error('the plan is wrong');
  const asked = { app: 'mfe1', version, plan: parsed.value, actor: anna, reason: 'a trial' };
  await startRollout(platform, asked);
}

async function change(disk: Store, key: string, edit: (value: Json) => Json): Promise<void> {
  const found = await disk.read(key);
  await disk.write(key, bytes(JSON.stringify(edit(JSON.parse(new TextDecoder().decode(found?.bytes)) as Json))));
}
type Json = Record<string, unknown>;

const versionsIn = async (disk: Store): Promise<readonly string[]> => [
  ...new Set((await disk.list('mfe1/v')).flatMap(({ key }) => /^mfe1\/(v1[^/]+)\//.exec(key)?.[1] ?? [])),
];

describe('gc', () => {
  it('tells what it would remove and why it keeps the rest, and removes nothing', async () => {
    const { platform, disk, options } = await aPlatform();
    const plan = await planGc(platform, options);
    expect(plan.remove).toEqual(['v1.1.0', 'v1.2.0', 'v1.3.0']);
    expect(plan.keep.map(({ version }) => version)).toEqual(['v1.0.0', 'v1.4.0', 'v1.5.0']);
    expect(plan.bytes).toBeGreaterThan(0);
    expect(await versionsIn(disk)).toHaveLength(6);
  });

  it('removes them, whole', async () => {
    const { platform, disk, options } = await aPlatform();
    expect((await runGc(platform, options)).remove).toEqual(['v1.1.0', 'v1.2.0', 'v1.3.0']);
    expect(await versionsIn(disk)).toEqual(['v1.0.0', 'v1.4.0', 'v1.5.0']);
  });

  it('keeps what a page had lately', async () => {
    const { platform, disk, options, now } = await aPlatform();
    await writeSeen(disk, { versions: { 'v1.2.0': now() - 5 * dayMs } });
    expect((await planGc(platform, options)).remove).toEqual(['v1.1.0', 'v1.3.0']);
  });

  it.each<[string, (disk: Store) => Promise<unknown>]>([
    ['telemetry has written nothing', (disk) => disk.remove(versionsSeenKey(place))],
    ['telemetry watches for too short a time', (disk) => writeSeen(disk, { sinceMs: startMs + 90 * dayMs })],
    ['telemetry has stopped', (disk) => writeSeen(disk, { updatedMs: startMs + 98 * dayMs })],
    ['what telemetry saw cannot be read', (disk) => disk.write(versionsSeenKey(place), bytes('{"schema":1'))],
    ['the history is gone', (disk) => disk.remove(historyKey(place))],
    ['the history cannot be read', (disk) => disk.write(historyKey(place), bytes('['))],
    [
      'the history lacks lines that the record counts',
      async (disk) => {
        await change(disk, historyKey(place), (value) => ({ ...value, entries: [] }));
        await change(disk, recordKey(place), (value) => ({ ...value, outbox: [] }));
      },
    ],
    ['the record cannot be read', (disk) => disk.write(recordKey(place), bytes('{'))],
    ['the record is of a newer Sluice', (disk) => disk.write(recordKey(place), bytes('{"schema":9}'))],
    ['the pointer is gone', (disk) => disk.remove(pointerKey(place))],
    ['the pointer cannot be read', (disk) => disk.write(pointerKey(place), bytes('{"version":'))],
    ['the pointer was changed by hand', (disk) => disk.write(pointerKey(place), bytes('{"version":"v1.5.0"}'))],
  ])('refuses when %s, and removes nothing', async (_why, spoil) => {
    const { platform, disk, options } = await aPlatform();
    await spoil(disk);
    await expect(runGc(platform, options)).rejects.toMatchObject({ code: 'gc-unsure' });
    expect(await versionsIn(disk)).toHaveLength(6);
  });

  it('keeps what a pointer names that is not written yet, and what waits', async () => {
    const { platform, disk, options } = await aPlatform();
    const found = await disk.read(pointerKey(place));
    const pointer = JSON.parse(new TextDecoder().decode(found?.bytes)) as Json;
    await change(disk, recordKey(place), (record) => {
      const [member] = record['members'] as readonly Json[];
      const text = JSON.stringify({ ...pointer, generation: 9, version: 'v1.1.0', canaryVersion: 'v1.2.0', salt: 's' });
      const write = { before: found?.etag, hash: 'not yet', text };
      return { ...record, members: [{ ...member, write }] };
    });
    expect((await planGc(platform, options)).remove).toEqual(['v1.3.0']);
  });

  it('leaves what became needed since it was planned', async () => {
    const { platform, disk, options } = await aPlatform();
    const store: Store = {
      ...disk,
      remove: async (key) => {
        // A start of v1.2.0 comes in while v1.1.0 is being removed.
        if (key.startsWith('mfe1/v1.1.0/')) await beginTrial(platform, 'v1.2.0');
        return disk.remove(key);
      },
    };
    const done = await runGc({ ...platform, store }, options);
    expect(done.remove).toEqual(['v1.1.0', 'v1.3.0']);
    expect(done.keep).toContainEqual({ version: 'v1.2.0', because: 'it changed while gc ran' });
    expect(await disk.list('mfe1/v1.2.0/')).toHaveLength(3);
  });

  it('E18 a crash at any removal leaves no version half served as whole, and the next run completes it', async () => {
    for (let crash = 0; crash < 12; crash += 1) {
      const disk = createMemoryStore();
      const { platform, options } = await aPlatform(disk);
      let removals = 0;
      const store: Store = {
        ...disk,
        remove: async (key) => {
          if (removals === crash) throw new Error('crash');
          removals += 1;
          return disk.remove(key);
        },
      };
      await expect(runGc({ ...platform, store }, options)).rejects.toThrow('crash');
      for (const version of await versionsIn(disk)) {
        const files = (await disk.list(`mfe1/${version}/`)).map(({ key }) => key);
        const whole = ['a.js', 'b.js', 'version.json'].map((file) => `mfe1/${version}/${file}`);
        if (files.includes(`mfe1/${version}/version.json`)) expect(files).toEqual(expect.arrayContaining(whole));
      }
      await runGc(platform, options);
      expect(await versionsIn(disk)).toEqual(['v1.0.0', 'v1.4.0', 'v1.5.0']);
    }
  });
});

describe('gc of what is not whole', () => {
  const torn = 'mfe1/v2.0.0';

  it('leaves a publish that runs alone, and removes a torn one in which nothing changed for a day', async () => {
    const { platform, disk, options, pass } = await aPlatform();
    const again = { ...options, seen: 'ignore' as const };
    await disk.write(`${torn}/a.js`, bytes('x'));
    expect((await runGc(platform, again)).leftovers).toEqual([]);
    pass(dayMs - 1);
    expect((await runGc(platform, again)).leftovers).toEqual([]);
    expect((await disk.list(`${torn}/`)).map(({ key }) => key)).toContain(`${torn}/a.js`);
    pass(1);
    const plan = await planGc(platform, again);
    expect([plan.leftovers, plan.bytes]).toEqual([['v2.0.0'], 1]);
    expect((await runGc(platform, again)).leftovers).toEqual(['v2.0.0']);
    expect(await disk.list(`${torn}/`)).toEqual([]);
  });

  it('begins to wait anew when a file came', async () => {
    const { platform, disk, options, pass } = await aPlatform();
    const again = { ...options, seen: 'ignore' as const };
    await disk.write(`${torn}/a.js`, bytes('x'));
    await runGc(platform, again);
    pass(dayMs);
    await disk.write(`${torn}/b.js`, bytes('x'));
    expect((await runGc(platform, again)).leftovers).toEqual([]);
    pass(dayMs);
    expect((await runGc(platform, again)).leftovers).toEqual(['v2.0.0']);
  });

  it('leaves what is published between the plan and the removal', async () => {
    const { platform, disk, options, pass } = await aPlatform();
    const again = { ...options, seen: 'ignore' as const, keepLast: 6 };
    for (const file of ['a.js', 'b.js']) await disk.write(`${torn}/${file}`, bytes('x'));
    await runGc(platform, again);
    pass(dayMs);
    let listings = 0;
    const store: Store = {
      ...disk,
      list: async (prefix) => {
        const listed = await disk.list(prefix);
        if ((listings += 1) === 1) await publish(disk, 'v2.0.0', startMs);
        return listed;
      },
    };
    expect((await runGc({ ...platform, store }, again)).leftovers).toEqual([]);
    expect(await disk.list(`${torn}/`)).toHaveLength(4);
  });

  it.each<[string, Parameters<typeof writeSeen>[1], string]>([
    ['is stable', {}, 'v1.0.0'],
    ['a page had lately', { versions: { 'v1.1.0': startMs + 99 * dayMs } }, 'v1.1.0'],
  ])('keeps what %s even where its version.json is gone', async (_why, seen, version) => {
    const { platform, disk, options, pass } = await aPlatform();
    await writeSeen(disk, seen);
    await disk.remove(`mfe1/${version}/version.json`);
    await runGc(platform, options);
    pass(dayMs);
    await runGc(platform, options);
    expect(await disk.list(`mfe1/${version}/`)).toHaveLength(2);
  });

  it('touches nothing but versions, also where the app has the whole store', async () => {
    const { disk } = await aPlatform();
    const root = { prefix: '', app: place.app };
    const found = await readVersionFolders(disk, root);
    expect(found).toEqual([]);
    await disk.write('v1.0.0-rc.json', bytes('{}'));
    expect(await readVersionFolders(disk, root)).toEqual([]);
  });
});

describe('changes', () => {
  it('G4 one app that cannot be read does not hide the others, nor does stop-the-line', async () => {
    const { platform, disk } = await aPlatform();
    const other = placeOf(parseAppId('mfe2') ?? (undefined as never));
    const both: Platform = { ...platform, apps: [{ place: other, kind: 'remote' }, ...platform.apps] };
    await disk.write(historyKey(other), bytes('['));
    await disk.write(platformKey, bytes('['));
    const { entries, problems } = await readChanges(both, { sinceMs: startMs });
    expect(entries).toHaveLength(1);
    expect(problems).toEqual([expect.stringContaining('mfe2'), expect.stringContaining('stop-the-line')]);
    expect((await readChanges(both, { sinceMs: startMs, app: 'mfe1' })).problems).toEqual([]);
  });

  it('G4 goes on in the archive where the history was shortened, and tells each entry once', async () => {
    const { platform, disk } = await aPlatform();
    const [first] = (await readChanges(platform, { sinceMs: startMs })).entries;
    const entryAt = (id: string, day: number) => ({ ...first, id, at: new Date(startMs + day * dayMs).toISOString() });
    const write = (key: string, value: object) => disk.write(key, bytes(JSON.stringify({ schema: 1, ...value })));
    await write(historyArchiveKey(place, '00000000-a'), { entries: [entryAt('a', 1), entryAt('b', 2)] });
    await write(historyArchiveKey(place, '00000002-c'), { entries: [entryAt('c', 3), entryAt('d', 4)] });
    await write(historyKey(place), { archived: 4, entries: [entryAt('d', 4), entryAt('e', 5)] });
    const since = async (day: number) =>
      (await readChanges(platform, { sinceMs: startMs + day * dayMs })).entries.map(({ id }) => id);
    expect(await since(2)).toEqual(['e', 'd', 'c', 'b']);
    expect(await since(5)).toEqual(['e']);
  });

  it('G4 lists what changed since then, newest first, and a history that cannot be read as a problem', async () => {
    const { platform, disk } = await aPlatform();
    const all = await readChanges(platform, { sinceMs: startMs });
    expect(all.entries.map(({ kind }) => kind)).toEqual(['first-version']);
    expect((await readChanges(platform, { sinceMs: startMs + 1 })).entries).toEqual([]);
    await disk.write(historyKey(place), bytes('['));
    expect((await readChanges(platform, { sinceMs: startMs })).problems).toEqual([expect.stringContaining('mfe1')]);
  });
});
