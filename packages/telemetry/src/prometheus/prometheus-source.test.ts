import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { someEndpoints } from '../web/endpoint.fixture.js';
import { aPrometheusWorld, type PrometheusWorld } from './prometheus.fixture.js';

const endpoints = someEndpoints();
let world: PrometheusWorld;
beforeEach(async () => {
  world = await aPrometheusWorld(endpoints.start);
});
afterEach(endpoints.clean);

type Instance = ReturnType<PrometheusWorld['instance']>;
const few = { sessions: 5, failed: 1 };
const many = { sessions: 95, failed: 2 };

/** Scraped every 5 s for so long. */
function scrapes(seconds: number, ...instances: readonly Instance[]): void {
  for (let s = 0; s < seconds; s += 5) {
    world.nowMs += 5000;
    for (const instance of instances) instance.scraped();
  }
}

/** A process that is scraped already, and in each base slot closes one slot. */
function slotsOfOne(instance: Instance, count: number): void {
  for (let i = 0; i < count; i += 1) {
    instance.closes(few, many);
    scrapes(10, instance);
  }
}

const sessions = async (after = 0): Promise<unknown> =>
  (await world.slots(after)).map(({ id, canary, baseline }) => [id, canary.sessions, baseline.sessions]);

describe('slots from Prometheus', () => {
  it('are what the counters of all processes grew by, cut at the first scrape at or after each border', async () => {
    const [one, two] = [world.instance('a:1'), world.instance('b:1')];
    one.closes({ sessions: 1000, failed: 1000 }, { sessions: 1, failed: 0 });
    scrapes(5, one, two);
    const loads = { cold: { unloaded: 1, histogram: [[12, 3]] }, warm: { unloaded: 0, histogram: [] } } as const;
    one.closes({ ...few, loadFailed: 1, silent: 0, loads }, many, { half: { sessions: 40, failed: 1 } });
    two.closes(few, many);
    scrapes(5, one, two);
    const [slot, ...others] = await world.slots();
    expect(others).toEqual([]);
    expect(slot).toEqual({
      id: 1,
      rolloutId: 'r1',
      kind: 'comparison',
      revision: 2,
      weightBp: 500,
      startMs: 1_000_000_000,
      lengthMs: 10_000,
      canary: { sessions: 10, failed: 2, loadFailed: 1, silent: 0, loads },
      baseline: expect.objectContaining({ sessions: 190, failed: 4 }) as unknown,
      half: { sessions: 40, failed: 1 },
    });
    two.closes(few, many);
    scrapes(10, one, two);
    expect(await sessions(1)).toEqual([[2, 5, 95]]);
  });

  it('grow by whole base slots while an arm is unseen, and close on time at 100 %', async () => {
    const one = world.instance('a:1');
    one.closes({ sessions: 0, failed: 0 }, many);
    scrapes(30, one);
    expect(await sessions()).toEqual([]);
    one.closes(few, many);
    scrapes(10, one);
    expect(await world.slots()).toMatchObject([{ id: 1, lengthMs: 40_000, canary: { sessions: 5 } }]);
    await world.follow({ weightBp: 10_000, revision: 3 });
    scrapes(20, one);
    expect((await world.slots(1)).map(({ id, weightBp, lengthMs }) => [id, weightBp, lengthMs])).toEqual([
      [2, 10_000, 10_000],
      [3, 10_000, 10_000],
    ]);
  });

  it('have one revision each, and time is credited once', async () => {
    const one = world.instance('a:1');
    scrapes(5, one);
    one.closes(few, many);
    await world.follow({ weightBp: 2500, revision: 3 });
    one.closes({ sessions: 20, failed: 0 }, many);
    one.closes({ sessions: 7, failed: 0 }, many, { revision: 9 });
    scrapes(5, one);
    expect(
      (await world.slots()).map(({ revision, weightBp, lengthMs, canary }) => [
        revision,
        weightBp,
        lengthMs,
        canary.sessions,
      ]),
    ).toEqual([
      [2, 500, 0, 5],
      [3, 2500, 10_000, 20],
    ]);
  });

  it('exist for guardrails too, where the plan has some', async () => {
    await world.follow({ rules: { ...world.watched.rules, guardrail: true } });
    const one = world.instance('a:1');
    scrapes(5, one);
    slotsOfOne(one, 1);
    expect((await world.slots()).map(({ id, kind }) => [id, kind])).toEqual([
      [1, 'comparison'],
      [2, 'guardrail'],
    ]);
  });

  it('D11 hold nothing of another rollout, another app or another version, and nothing from before', async () => {
    const one = world.instance('a:1');
    const [other, third] = [world.instance('b:1'), world.instance('c:1')];
    one.closes(few, many);
    scrapes(5, one, other, third);
    other.closes(few, many, { rolloutId: 'r0' });
    third.closes(few, many, { canary: 'v9.0.0' as never, stable: 'v8.0.0' as never });
    scrapes(15, one, other, third);
    expect(await sessions()).toEqual([]);
  });
});

describe('counters that begin anew', () => {
  it('a process that restarts is counted to its last scrape and from zero again, whatever its counters say', async () => {
    const one = world.instance('a:1');
    scrapes(5, one);
    one.closes(few, many);
    one.scraped(world.nowMs + 1000);
    world.nowMs += 2000;
    one.restart();
    one.closes({ sessions: 9, failed: 0 }, { sessions: 200, failed: 0 });
    scrapes(5, one);
    expect(await sessions()).toEqual([[1, 14, 295]]);
  });

  it('a process that comes later is counted from zero where it started later, else from its first scrape', async () => {
    const [one, late] = [world.instance('a:1'), world.instance('b:1')];
    scrapes(5, one);
    late.closes(few, many);
    late.restart();
    late.closes({ sessions: 2, failed: 0 }, { sessions: 30, failed: 0 });
    const old = world.instance('c:1');
    old.closes({ sessions: 500, failed: 0 }, many);
    scrapes(5, one, late, old);
    expect(await sessions()).toEqual([[1, 2, 30]]);
  });

  it('a restart of the controller gives the same slots with the same ids, and goes on without a gap', async () => {
    const one = world.instance('a:1');
    scrapes(5, one);
    slotsOfOne(one, 3);
    const before = await world.slots();
    expect(before).toHaveLength(3);
    slotsOfOne(one, 2);
    await world.restart();
    const after = await world.slots();
    expect(after.slice(0, 3)).toEqual(before);
    expect(after.map(({ id, canary }) => [id, canary.sessions])).toEqual([1, 2, 3, 4, 5].map((id) => [id, 5]));
    await world.follow({ lastSlot: 5 });
    expect(await world.slots(5)).toEqual([]);
    await world.restart();
    slotsOfOne(one, 1);
    expect(await sessions(5)).toEqual([[6, 5, 95]]);
  });

  it('a restart before the first slot counts what was there since the rollout was followed', async () => {
    const one = world.instance('a:1');
    scrapes(5, one);
    await world.restart();
    slotsOfOne(one, 1);
    expect(await sessions()).toEqual([[1, 5, 95]]);
  });
});

it('a line of the journal that cannot be read is left out, and the lines around it are kept', async () => {
  const one = world.instance('a:1');
  scrapes(5, one);
  slotsOfOne(one, 2);
  const before = await world.slots();
  for (const line of [
    'null',
    '[]',
    '{"w":1',
    '{"w":9e99,"cuts":[null],"slots":[]}',
    '{"w":9e99,"cuts":[],"slots":[null]}',
  ]) {
    await world.journal.append('r1', line);
  }
  await world.restart();
  slotsOfOne(one, 1);
  expect((await world.slots()).slice(0, 2)).toEqual(before);
  expect(await sessions(2)).toEqual([[3, 5, 95]]);
});

describe('no data is never a pass', () => {
  it('an instance that is down leaves the slot open, also at 100 %, until it is scraped again', async () => {
    await world.follow({ weightBp: 10_000 });
    const [one, two] = [world.instance('a:1'), world.instance('b:1')];
    scrapes(5, one, two);
    for (let i = 0; i < 6; i += 1) {
      one.closes(few, many);
      world.nowMs += 5000;
      one.scraped();
      two.down();
    }
    expect(await world.slots()).toEqual([]);
    two.closes(few, many);
    scrapes(5, one, two);
    const slots = await world.slots();
    expect(slots.reduce((sum, { canary }) => sum + canary.sessions, 0)).toBe(35);
  });

  it('an instance that is stale leaves the slot open; 5 min later it is no target any more', async () => {
    const [one, two] = [world.instance('a:1'), world.instance('b:1')];
    scrapes(5, one, two);
    slotsOfOne(one, 29);
    expect(await world.slots()).toEqual([]);
    slotsOfOne(one, 3);
    expect((await world.slots()).length).toBeGreaterThan(20);
    two.closes({ sessions: 1, failed: 0 }, { sessions: 1, failed: 0 });
    one.closes(few, many);
    const last = (await world.slots()).at(-1)?.id ?? 0;
    scrapes(10, one, two);
    expect(await sessions(last)).toEqual([[last + 1, 5, 95]]);
  });

  it.each([
    ['nothing was ever scraped', () => undefined],
    [
      'nothing is scraped any more',
      (one: Instance) => {
        slotsOfOne(one, 1);
        world.nowMs += 400_000;
      },
    ],
  ])('D11 %s: telemetry is lost', async (_what, first) => {
    const one = world.instance('a:1');
    world.nowMs += 10_000;
    first(one);
    await expect(world.slots()).rejects.toMatchObject({
      code: 'telemetry-unreachable',
      message: expect.stringContaining('scrapes nothing of the job "sluice"') as string,
    });
  });

  it('what is more than half an hour behind was not observed: it begins anew, and says nothing of before', async () => {
    const [one, two] = [world.instance('a:1'), world.instance('b:1')];
    scrapes(5, one, two);
    for (let i = 0; i < 370; i += 1) {
      one.closes(few, many);
      world.nowMs += 5000;
      one.scraped();
      two.down();
    }
    expect(await world.slots()).toEqual([]);
    scrapes(5, one, two);
    one.closes(few, many);
    scrapes(10, one, two);
    expect(await sessions()).toEqual([[1, 5, 95]]);
  });
});

describe('answers that are none', () => {
  it.each(['NaN', '+Inf', '-Inf', '-1', '0.5', 'abc', '', ' ', '0x10', '1e300'])(
    'D9 a counter of %j: telemetry is lost, and no slot is closed',
    async (value) => {
      const one = world.instance('a:1');
      scrapes(5, one);
      slotsOfOne(one, 1);
      one.says(value);
      await expect(world.slots()).rejects.toMatchObject({ code: 'telemetry-unreachable' });
      expect(await world.journal.read('r1')).toHaveLength(1);
    },
  );

  const matrix = (values: unknown): string =>
    JSON.stringify({
      status: 'success',
      data: { resultType: 'matrix', result: [{ metric: { __name__: 'up', instance: 'a', job: 'sluice' }, values }] },
    });
  const garbage: readonly (readonly [string, string])[] = [
    ['null', 'null'],
    ['a list', '[]'],
    ['text', '"ok"'],
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['half an answer', '{"status":"success","data":{"resultType":"mat'],
    ['an error', '{"status":"error","errorType":"bad_data","error":"secret"}'],
    ['no data', '{"status":"success","data":null}'],
    ['a vector', '{"status":"success","data":{"resultType":"vector","result":[]}}'],
    ['no list of series', '{"status":"success","data":{"resultType":"matrix","result":{}}}'],
    ['a series of null', '{"status":"success","data":{"resultType":"matrix","result":[null]}}'],
    ['a value that is a number', matrix([[1_000_000, 1]])],
    ['a value of null', matrix([[1_000_000, null]])],
    ['a sample that is no pair', matrix([[]])],
    ['a time that is text', matrix([['1000000', '1']])],
    ['no series', '{"status":"success","data":{"resultType":"matrix","result":[]}}'],
    ['more than 16 MiB', `"${'x'.repeat(17 * 1024 * 1024)}"`],
  ];
  it.each(garbage)('D9 D10 %s: telemetry is lost', async (_what, text) => {
    slotsOfOne(world.instance('a:1'), 1);
    world.instead = (response) => response.end(text);
    await expect(world.slots()).rejects.toMatchObject({ name: 'DeliveryError', code: 'telemetry-unreachable' });
  });

  it.each([401, 403, 404, 429, 500, 503, 302])('D10 status %i: telemetry is lost', async (status) => {
    slotsOfOne(world.instance('a:1'), 1);
    world.instead = (response) => response.writeHead(status, { Location: '/' }).end();
    await expect(world.slots()).rejects.toMatchObject({
      code: 'telemetry-unreachable',
      message: expect.stringContaining(String(status)) as string,
    });
  });

  it('D10 a time-out: telemetry is lost; it is asked again after 1 s, 2 s, 4 s … and then goes on', async () => {
    world.timeoutMs = 500;
    await world.restart();
    const one = world.instance('a:1');
    scrapes(5, one);
    slotsOfOne(one, 1);
    let asked = 0;
    world.instead = () => {
      asked += 1;
    };
    for (let i = 0; i < 4; i += 1) {
      await expect(world.slots()).rejects.toMatchObject({
        message: expect.stringContaining('within 500 ms') as string,
      });
      world.nowMs += 1000;
    }
    expect(asked).toBe(3);
    world.instead = undefined;
    world.nowMs += 3000;
    expect(await sessions()).toEqual([[1, 5, 95]]);
  });

  it('D10 a warning that something is missing: telemetry is lost, however much is there', async () => {
    const one = world.instance('a:1');
    scrapes(5, one);
    slotsOfOne(one, 1);
    world.prometheus.warnings.push('a remote store did not answer');
    await expect(world.slots()).rejects.toMatchObject({ message: expect.stringContaining('incomplete') as string });
  });

  it('sends its header, and never tells it or the address', async () => {
    const seen: (string | undefined)[] = [];
    world.instead = (response) => {
      seen.push(response.req.headers.authorization);
      response.writeHead(401).end();
    };
    slotsOfOne(world.instance('a:1'), 1);
    const error: unknown = await world.slots().catch((caught: unknown) => caught);
    expect(seen).toEqual(['Bearer secret-7f3a']);
    expect(String(error)).not.toMatch(/7f3a|127\.0\.0\.1/);
  });

  it('refuses two series of one instance: nobody knows which is meant', async () => {
    const one = world.instance('a:1');
    scrapes(10, one);
    world.prometheus.add({ __name__: 'up', job: 'sluice', instance: 'a:1', replica: '2' }, world.nowMs, '1');
    await expect(world.slots()).rejects.toMatchObject({ message: expect.stringContaining('two series') as string });
  });
});
