import type { Slot, WatchedRollout } from '@sluice/core';
import { bucketOf, parseAppId, parseVersionId } from '@sluice/core';
import { createMemoryJournal } from '@sluice/local';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMetricsHandler, createRateLimit, createTelemetry, type Telemetry } from './index.js';

const app = parseAppId('mfe1') ?? fail();
const stable = parseVersionId('v1.0.0') ?? fail();
const canary = parseVersionId('v1.1.0') ?? fail();
const watched: WatchedRollout = {
  rolloutId: 'r1',
  app,
  stable,
  canary,
  salt: 'mfe1@v1.1.0',
  weightBp: 2000,
  revision: 2,
  rules: { baseSlotMs: 10_000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false },
  lastSlot: 0,
};

function fail(): never {
  throw new Error('the test is wrong');
}

let nowMs = 0;
let journal = createMemoryJournal();
let telemetry: Telemetry;
beforeEach(() => {
  nowMs = 1_000_000;
  journal = createMemoryJournal();
  telemetry = createTelemetry({ journal, now: () => nowMs, sampleRate: 0.01 });
});

/** Subjects of an arm at a weight, as many as wanted. */
function subjects(arm: 'canary' | 'stable', count: number, from = 0, weightBp = watched.weightBp): string[] {
  const found: string[] = [];
  for (let i = from; found.length < count; i += 1) {
    const subject = `s${String(i)}`;
    if (bucketOf(watched.salt, subject) < weightBp === (arm === 'canary')) found.push(subject);
  }
  return found;
}

let pages = 0;
interface Sent {
  readonly subject: string;
  readonly kind: 'attempt' | 'ok' | 'failed' | 'left';
  readonly page?: string;
  readonly ageMs?: number;
  readonly revision?: number;
  readonly weightBp?: number;
  readonly version?: typeof stable;
  readonly reason?: 'bucket' | 'override';
}
function send(sent: Sent): string {
  const page = sent.page ?? `page-${String((pages += 1)).padStart(6, '0')}`;
  const arm = bucketOf(watched.salt, sent.subject) < (sent.weightBp ?? watched.weightBp);
  telemetry.ingest(
    {
      schema: 1,
      page,
      versions: {},
      events: [
        {
          kind: sent.kind,
          app,
          version: sent.version ?? (arm ? canary : stable),
          generation: sent.revision ?? watched.revision,
          reason: sent.reason ?? 'bucket',
          ageMs: sent.ageMs ?? 0,
        },
      ],
    },
    { subject: sent.subject, nowMs },
  );
  return page;
}

/** A whole session: attempt now, outcome a moment later in the same millisecond. */
function session(subject: string, outcome: 'ok' | 'failed' | 'left' = 'ok', more: Partial<Sent> = {}): void {
  const page = send({ ...more, subject, kind: 'attempt' });
  send({ ...more, subject, kind: outcome, page, ageMs: 300 });
}

async function closed(): Promise<readonly Slot[]> {
  return telemetry.closedSlots('r1', 0);
}
const counts = (slot: Slot | undefined) => [
  slot?.canary.sessions,
  slot?.canary.failed,
  slot?.baseline.sessions,
  slot?.baseline.failed,
];

describe('slots', () => {
  it('closes a slot 15 s after its end, not earlier', async () => {
    await telemetry.watch([watched]);
    for (const subject of subjects('canary', 2)) session(subject);
    for (const subject of subjects('stable', 8)) session(subject);
    nowMs += 24_999;
    expect(await closed()).toEqual([]);
    nowMs += 1;
    expect((await closed()).map(counts)).toEqual([[2, 0, 8, 0]]);
    expect((await closed())[0]).toMatchObject({ id: 1, revision: 2, lengthMs: 10_000 });
  });

  it('D20 counts an attempt without an outcome as failed, in either arm', async () => {
    await telemetry.watch([watched]);
    send({ subject: subjects('canary', 1)[0] ?? '', kind: 'attempt' });
    send({ subject: subjects('stable', 1)[0] ?? '', kind: 'attempt' });
    nowMs += 25_000;
    expect((await closed()).map(counts)).toEqual([[1, 1, 1, 1]]);
  });

  it('D28 counts a tab that left before the outcome neither as a session nor as a failure', async () => {
    await telemetry.watch([watched]);
    const [c1 = '', c2 = ''] = subjects('canary', 2);
    session(c1, 'left');
    session(c2);
    for (const subject of subjects('stable', 3)) session(subject);
    nowMs += 25_000;
    expect((await closed()).map(counts)).toEqual([[1, 0, 3, 0]]);
  });

  it('D28 counts a subject that left when it comes back', async () => {
    await telemetry.watch([watched]);
    const [c1 = ''] = subjects('canary', 1);
    session(c1, 'left');
    session(c1);
    session(subjects('stable', 1)[0] ?? '');
    nowMs += 25_000;
    expect((await closed()).map(counts)).toEqual([[1, 0, 1, 0]]);
  });

  it('F19 counts a beacon that arrives twice once', async () => {
    await telemetry.watch([watched]);
    const [c1 = ''] = subjects('canary', 1);
    const page = send({ subject: c1, kind: 'attempt' });
    send({ subject: c1, kind: 'attempt', page });
    for (let i = 0; i < 5; i += 1) send({ subject: c1, kind: 'failed', page, ageMs: 100 });
    session(subjects('stable', 1)[0] ?? '');
    nowMs += 25_000;
    expect((await closed()).map(counts)).toEqual([[1, 1, 1, 0]]);
  });

  it('counts an error that follows a success within the outcome window, and none after it', async () => {
    await telemetry.watch([watched]);
    const [c1 = '', c2 = ''] = subjects('canary', 2);
    const early = send({ subject: c1, kind: 'attempt' });
    const late = send({ subject: c2, kind: 'attempt' });
    for (const [subject, page] of [
      [c1, early],
      [c2, late],
    ] as const) {
      send({ subject, page, kind: 'ok', ageMs: 200 });
    }
    session(subjects('stable', 1)[0] ?? '');
    nowMs += 10_000;
    send({ subject: c1, page: early, kind: 'failed', ageMs: 10_000 });
    send({ subject: c2, page: late, kind: 'failed', ageMs: 10_001 });
    nowMs += 15_000;
    expect((await closed()).map(counts)).toEqual([[2, 1, 1, 0]]);
  });

  it('takes outcomes that arrive before their attempt', async () => {
    await telemetry.watch([watched]);
    const [c1 = ''] = subjects('canary', 1);
    nowMs += 1000;
    const page = send({ subject: c1, kind: 'ok', ageMs: 400 });
    send({ subject: c1, kind: 'attempt', page });
    session(subjects('stable', 1)[0] ?? '');
    nowMs += 25_000;
    expect((await closed()).map(counts)).toEqual([[1, 0, 1, 0]]);
  });

  it('counts a subject once per revision, and one that failed no more in the rollout', async () => {
    await telemetry.watch([watched]);
    const [good = '', bad = ''] = subjects('canary', 2);
    const [base = ''] = subjects('stable', 1, 0, 5000);
    session(good);
    session(good);
    session(bad, 'failed');
    session(base);
    nowMs += 9000;
    await telemetry.watch([{ ...watched, weightBp: 5000, revision: 3 }]);
    for (const subject of [good, bad, base]) session(subject, 'ok', { revision: 3, weightBp: 5000 });
    nowMs += 40_000;
    const slots = await closed();
    expect(slots.map(counts)).toEqual([
      [2, 1, 1, 0],
      [1, 0, 1, 0],
    ]);
    expect(slots.map(({ revision, lengthMs }) => [revision, lengthMs])).toEqual([
      [2, 9000],
      [3, 10_000],
    ]);
  });

  it('does not mix revisions: a session assigned under the old weight is dropped after the change', async () => {
    await telemetry.watch([watched]);
    await telemetry.watch([{ ...watched, weightBp: 5000, revision: 3 }]);
    nowMs += 1000;
    session(subjects('canary', 1)[0] ?? '', 'ok', { revision: 2 });
    expect(telemetry.uncounted()).toMatchObject({ 'stale-revision': 2 });
  });

  it('grows by whole base slots while an arm is unseen', async () => {
    await telemetry.watch([watched]);
    for (const subject of subjects('stable', 5)) session(subject);
    nowMs += 31_000;
    session(subjects('canary', 1)[0] ?? '');
    nowMs += 9000;
    nowMs += 15_000;
    const slots = await closed();
    expect(slots.map(counts)).toEqual([[1, 0, 5, 0]]);
    expect(slots[0]?.lengthMs).toBe(40_000);
  });

  it('D3 closes no slot without traffic, so that nothing is ever credited', async () => {
    await telemetry.watch([watched]);
    nowMs += 24 * 3_600_000;
    expect(await closed()).toEqual([]);
  });

  it('closes slots on time at 100 %, where there is no baseline', async () => {
    const full = { ...watched, weightBp: 10_000 };
    await telemetry.watch([full]);
    session('anybody', 'ok', { weightBp: 10_000 });
    nowMs += 35_000;
    expect((await closed()).map(counts)).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  it('drops what comes after the slot closed, and counts the drop', async () => {
    await telemetry.watch([watched]);
    session(subjects('canary', 1)[0] ?? '');
    session(subjects('stable', 1)[0] ?? '');
    const page = send({ subject: subjects('canary', 3)[2] ?? '', kind: 'attempt' });
    nowMs += 40_000;
    expect(await closed()).toHaveLength(1);
    send({ subject: subjects('canary', 3)[2] ?? '', page, kind: 'ok', ageMs: 40_000 });
    expect(telemetry.uncounted()['late']).toBe(1);
  });

  it('D27 keeps the sample ratio when users return after every ramp step, heavy and light ones alike', async () => {
    const rng = mulberry(27);
    let revision = 2;
    const ratios: [number, number][] = [];
    for (const weightBp of [500, 2500, 5000]) {
      await telemetry.watch([{ ...watched, weightBp, revision, lastSlot: 0 }]);
      for (let i = 0; i < 12_000; i += 1) {
        // Half of the visits are by 300 heavy users who come again and again, half by light ones.
        const heavy = rng() < 0.5;
        const subject = heavy ? `h${String(Math.floor(rng() * 300))}` : `l${String(Math.floor(rng() * 20_000))}`;
        session(subject, rng() < 0.02 ? 'failed' : 'ok', { revision, weightBp });
        nowMs += 10;
      }
      revision += 1;
      nowMs += 1;
      ratios.push([weightBp / 10_000, revision - 1]);
    }
    nowMs += 60_000;
    const slots = await closed();
    for (const [weight, at] of ratios) {
      const mine = slots.filter((slot) => slot.revision === at);
      const nc = mine.reduce((sum, slot) => sum + slot.canary.sessions, 0);
      const n = nc + mine.reduce((sum, slot) => sum + slot.baseline.sessions, 0);
      expect(n).toBeGreaterThan(4000);
      // Four standard deviations of a binomial share.
      expect(Math.abs(nc / n - weight)).toBeLessThan(4 * Math.sqrt((weight * (1 - weight)) / n));
    }
  });
});

describe('restart', () => {
  it('replays closed slots bit for bit and goes on with the next id', async () => {
    await telemetry.watch([watched]);
    for (let i = 0; i < 3; i += 1) {
      session(subjects('canary', 1, i * 1000)[0] ?? '', i === 1 ? 'failed' : 'ok');
      session(subjects('stable', 1, i * 1000)[0] ?? '');
      nowMs += 10_000;
    }
    nowMs += 15_000;
    const before = await closed();
    const again = createTelemetry({ journal, now: () => nowMs, sampleRate: 0.01 });
    await again.watch([watched]);
    expect(await again.closedSlots('r1', 0)).toEqual(before);
    telemetry = again;
    session(subjects('canary', 1, 50_000)[0] ?? '');
    session(subjects('stable', 1, 50_000)[0] ?? '');
    nowMs += 25_000;
    expect((await again.closedSlots('r1', 0)).map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });

  it('still counts each subject once, and a failed one no more', async () => {
    await telemetry.watch([watched]);
    const [good = '', bad = ''] = subjects('canary', 2);
    session(good);
    session(bad, 'failed');
    session(subjects('stable', 1)[0] ?? '');
    nowMs += 25_000;
    await closed();
    telemetry = createTelemetry({ journal, now: () => nowMs, sampleRate: 0.01 });
    await telemetry.watch([watched]);
    nowMs += 1000;
    session(good);
    session(bad);
    expect(telemetry.uncounted()).toEqual({ repeated: 2, 'failed-before': 2 });
  });

  it('E5 begins a new slot after three hours down: what was not observed is not credited', async () => {
    await telemetry.watch([watched]);
    send({ subject: subjects('canary', 1)[0] ?? '', kind: 'attempt' });
    nowMs += 3 * 3_600_000;
    telemetry = createTelemetry({ journal, now: () => nowMs, sampleRate: 0.01 });
    await telemetry.watch([watched]);
    session(subjects('canary', 1)[0] ?? '');
    session(subjects('stable', 1)[0] ?? '');
    nowMs += 25_000;
    const slots = await closed();
    expect(slots.map(counts)).toEqual([[1, 0, 1, 0]]);
    expect(slots[0]?.lengthMs).toBe(10_000);
  });

  it('leaves out a garbled line', async () => {
    await journal.append('r1', 'garbage');
    await journal.append('r1', '{"id":"x"}');
    await telemetry.watch([watched]);
    expect(await closed()).toEqual([]);
  });
});

describe('ingestion', () => {
  const handler = (perClient = 1000) =>
    createMetricsHandler({ telemetry, limit: createRateLimit({ perClient, total: 10_000 }), apps: ['mfe1'] });
  const event = { kind: 'attempt', app: 'mfe1', version: 'v1.0.0', generation: 2, reason: 'bucket', ageMs: 0 };
  const request = (body: unknown, more = {}) => ({
    text: typeof body === 'string' ? body : JSON.stringify(body),
    cookieHeader: 'a=b; sluice_id=abc',
    address: '203.0.113.7',
    fetchSite: 'same-origin',
    nowMs,
    ...more,
  });
  const beacon = (events: readonly unknown[]) => ({ schema: 1, page: 'page-0001', versions: {}, events });

  it.each([
    ['nothing', ''],
    ['no JSON', '{"schema":1'],
    ['a list', '[]'],
    ['null', 'null'],
    ['no events', JSON.stringify(beacon([]))],
    ['too many events', JSON.stringify(beacon(Array.from({ length: 101 }, () => event)))],
    ['an unknown app', JSON.stringify(beacon([{ ...event, app: 'nope' }]))],
    ['an app that is a path', JSON.stringify(beacon([{ ...event, app: '../etc' }]))],
    ['a negative age', JSON.stringify(beacon([{ ...event, ageMs: -1 }]))],
    ['an age that is text', JSON.stringify(beacon([{ ...event, ageMs: '1' }]))],
    ['an unknown kind', JSON.stringify(beacon([{ ...event, kind: 'crash' }]))],
    ['a page id with markup', JSON.stringify({ ...beacon([event]), page: '<script>alert(1)</script>' })],
    ['a prototype', '{"schema":1,"page":"page-0001","events":[{"__proto__":{"app":"mfe1"}}]}'],
    ['a foreign namespace', JSON.stringify({ Namespace: 'AWS/EC2', MetricData: [] })],
  ])('refuses %s', (_what, text) => {
    const answer = handler()(request(text));
    expect(answer.status).toBe(400);
    expect(answer.problems.length).toBeGreaterThan(0);
    expect(({} as { app?: string }).app).toBeUndefined();
  });

  it('refuses a body of more than 48,000 bytes, other sites, and floods', () => {
    expect(handler()(request('x'.repeat(48_001))).status).toBe(413);
    expect(handler()(request(beacon([event]), { fetchSite: 'cross-site' })).status).toBe(403);
    const limited = handler(10);
    const answers = Array.from({ length: 30 }, () => limited(request(beacon([event]))).status);
    expect(answers.filter((status) => status === 429)).toHaveLength(10);
    expect(limited(request(beacon([event]), { address: '203.0.113.8' })).status).toBe(204);
  });

  it("takes the brief's body for alarms, and counts it nowhere", async () => {
    await telemetry.watch([watched]);
    const seen: unknown[] = [];
    const handle = createMetricsHandler({
      telemetry,
      limit: createRateLimit({ perClient: 10, total: 10 }),
      apps: ['mfe1'],
      alarms: { error: (app, count) => seen.push({ app, count }), loadTime: () => undefined },
    });
    const dimensions = [
      { Name: 'MFE', Value: 'mfe1' },
      { Name: 'ErrorType', Value: 'TypeError' },
    ];
    const data = [{ MetricName: 'ErrorCount', Dimensions: dimensions, Value: 1, Unit: 'Count' }];
    expect(handle(request({ Namespace: 'MFE/ClientErrors', MetricData: data })).status).toBe(204);
    expect(seen).toEqual([{ app: 'mfe1', count: 1 }]);
    nowMs += 100_000;
    expect(await closed()).toEqual([]);
  });

  it('does not believe a version that does not follow from the subject', async () => {
    await telemetry.watch([watched]);
    const [c1 = ''] = subjects('canary', 1);
    const forged = beacon([{ ...event, version: 'v1.0.0' }]);
    expect(handler()(request(forged, { cookieHeader: `sluice_id=${c1}` })).status).toBe(400);
    expect(telemetry.uncounted()).toEqual({ mismatch: 1 });
  });

  it('does not count overrides, nor who has no id', async () => {
    await telemetry.watch([watched]);
    const [c1 = ''] = subjects('canary', 1);
    send({ subject: c1, kind: 'attempt', reason: 'override' });
    handler()(request(beacon([event]), { cookieHeader: 'xsluice_id=abc' }));
    expect(telemetry.uncounted()).toEqual({ 'not-by-bucket': 1, 'no-subject': 1 });
  });

  it('never throws, whatever it is sent', () => {
    const handle = handler(1_000_000);
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect([204, 400]).toContain(handle(request(text)).status);
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  it('tells the rate of sessions, sampling accounted for', () => {
    for (let second = 0; second < 10; second += 1) {
      for (let i = 0; i < 3; i += 1) {
        handler()(request(beacon([{ ...event, reason: 'no-canary' }])));
      }
      nowMs += 1000;
    }
    expect(telemetry.sessionsPerSecond?.(app)).toBeCloseTo(300, 5);
  });
});

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
