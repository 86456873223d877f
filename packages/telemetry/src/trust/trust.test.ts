import { parseAppId, parseVersionId, signSubject, bucketOf, type Signer, type WatchedRollout } from '@sluice/core';
import { createMemoryJournal } from '@sluice/local';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createIntake, createMetricsHandler, createRateLimit, createTelemetry, type Telemetry } from '../index.js';
import { rangeOf } from './address-range.js';
import { rangesIn } from '../slot-line.js';
import { aWatchedRollout, type RolloutWorld } from '../telemetry.fixture.js';
import { failedShare, RangeLedger } from './range-ledger.js';

const wrong = (): never => {
  throw new Error('the test is wrong');
};

describe('the range of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['203.0.113.255', '203.0.113.0/24'],
    ['203.0.114.0', '203.0.114.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8:1::', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['2001::', '2001:0:0::/48'],
    ['2001:DB8:1:ffff::1%eth0', '2001:db8:1::/48'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0::/48'],
    ['unknown', 'unknown'],
    ['', 'unknown'],
    ['203.0.113.7, 10.0.0.1', 'unknown'],
  ])('of %s is %s', (address, range) => {
    expect(rangeOf(address)).toBe(range);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.9.9',
    '192.168.1.1',
    '169.254.1.1',
    '::1',
    'fd00::1',
    'fe80::1%eth0',
  ])('of %s is none: the Internet does not route it', (address) => {
    expect(rangeOf(address)).toBeUndefined();
  });

  it.each(['172.15.0.1', '172.32.0.1', '11.0.0.1', '192.169.0.1', 'fe00::1'])('of %s is capped', (address) => {
    expect(rangeOf(address)).not.toBeUndefined();
  });

  it('is one for all of a /48, and another one beside it', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
    fc.assert(
      fc.property(fc.array(group, { minLength: 5, maxLength: 5 }), (rest) => {
        expect(rangeOf(`2001:db8:7:${rest.join(':')}`)).toBe('2001:db8:7::/48');
      }),
      { seed: 1 },
    );
  });
});

describe('what one range contributes', () => {
  it('is so many sessions in a slot and no more, and as many in the next', () => {
    const ledger = new RangeLedger({ perSlot: 3, failed: 1 });
    expect([1, 1, 1, 1, 2].map((slot) => ledger.admit(slot, 'a'))).toEqual([true, true, true, false, true]);
    expect(ledger.admit(1, 'b')).toBe(true);
  });

  it('is so many failures, and one more only as a small share of all', () => {
    const ledger = new RangeLedger({ perSlot: 10, failed: 2 });
    expect([ledger.fail('a'), ledger.fail('a'), ledger.fail('a'), ledger.fail('b')]).toEqual([true, true, false, true]);
    const others = 2 / failedShare - 3;
    for (let i = 0; i < others; i += 1) ledger.fail(`r${String(i)}`);
    expect(ledger.fail('a')).toBe(false);
    ledger.fail('last');
    expect([ledger.fail('a'), ledger.fail('a')]).toEqual([true, false]);
  });

  it('is not capped for addresses of the own network', () => {
    const ledger = new RangeLedger({ perSlot: 1, failed: 1 });
    const all = Array.from({ length: 100 }, () => ledger.admit(1, undefined) && ledger.fail(undefined));
    expect(all.every(Boolean)).toBe(true);
  });

  it('is bounded whatever is reported: never more failures of one range than its cap and its share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 400 }),
        fc.integer({ min: 1, max: 3 }),
        (ranges, cap) => {
          const ledger = new RangeLedger({ perSlot: 10, failed: cap });
          const failed = new Map<number, number>();
          let all = 0;
          for (const range of ranges) {
            const before = failed.get(range) ?? 0;
            if (!ledger.fail(String(range))) continue;
            expect(before).toBeLessThan(Math.max(cap, failedShare * all));
            failed.set(range, before + 1);
            all += 1;
          }
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('what a range has contributed', () => {
  let used = 0;
  /** Another visitor of the canary fails in a range; whether that was counted. */
  function failIn(world: RolloutWorld, range: string | undefined, kind: 'failed' | 'ok' = 'failed'): boolean {
    world.range = range;
    const before = world.telemetry.uncounted()['range-failed'] ?? 0;
    world.session(world.subjects('canary', 1, (used += 100))[0] ?? wrong(), { kind });
    return (world.telemetry.uncounted()['range-failed'] ?? 0) === before;
  }
  async function closeSlots(world: RolloutWorld): Promise<void> {
    world.range = 'elsewhere';
    world.session(world.subjects('stable', 1, (used += 100))[0] ?? wrong());
    world.pass(25_000);
    await world.slots();
  }

  it('is known after a restart: a range that has failed once does not fail once more', async () => {
    const world = await aWatchedRollout();
    expect([failIn(world, '203.0.113.0/24'), failIn(world, '203.0.113.0/24')]).toEqual([true, false]);
    await closeSlots(world);
    await world.restart();
    expect([failIn(world, '203.0.113.0/24'), failIn(world, '198.51.100.0/24')]).toEqual([false, true]);
  });

  it('is known after many restarts, and from a journal of a version that did not write it nothing is known', async () => {
    const world = await aWatchedRollout();
    for (const range of ['a', 'b', 'c']) {
      expect(failIn(world, range)).toBe(true);
      await closeSlots(world);
      await world.restart();
    }
    expect(['a', 'b', 'c', 'd'].map((range) => failIn(world, range))).toEqual([false, false, false, true]);
    const older = await aWatchedRollout();
    for (const line of await world.journal.read('r1'))
      await older.journal.append('r1', line.replace(/,\["\w+"\]\]$/, ']'));
    await older.restart();
    expect((await older.slots()).length).toBe((await world.slots()).length);
    expect(failIn(older, 'a')).toBe(true);
  });

  it('of sessions is for each base slot: a slot that grows because its few ranges are full goes on to take sessions', async () => {
    const world = await aWatchedRollout();
    world.range = 'the only one';
    const stable = world.subjects('stable', 20);
    for (const subject of stable.slice(0, 6)) world.session(subject);
    expect(world.telemetry.uncounted()['range-full']).toBeGreaterThan(0);
    // The canary was not seen: the slot takes starts on.
    world.pass(10_000);
    const before = world.telemetry.uncounted()['range-full'];
    world.session(world.subject('canary'));
    expect(world.telemetry.uncounted()['range-full']).toBe(before);
    world.pass(25_000);
    expect(await world.slots()).toMatchObject([
      { canary: { sessions: 1 }, baseline: { sessions: 5 }, lengthMs: 20_000 },
    ]);
  });

  it('of a slot that was open when the process died is forgotten with the slot: neither was observed', async () => {
    const world = await aWatchedRollout();
    failIn(world, 'a');
    await world.restart();
    expect(failIn(world, 'a')).toBe(true);
  });

  it('is written without the address, and another in every rollout', async () => {
    const lines = await Promise.all(
      ['r1', 'r2'].map(async (rolloutId) => {
        const world = await aWatchedRollout({ rolloutId });
        failIn(world, '203.0.113.0/24');
        failIn(world, undefined);
        await closeSlots(world);
        await world.telemetry.closedSlots(rolloutId, 0);
        return (await world.journal.read(rolloutId))[0] ?? wrong();
      }),
    );
    for (const line of lines) expect(line).not.toContain('203.0.113');
    const [one = [], other = []] = lines.map(rangesIn);
    expect([one.length, other.length]).toEqual([1, 1]);
    expect(one).not.toEqual(other);
  });
});

describe('ingestion with an edge that signs', () => {
  const keys = [{ id: 'k1', secret: 'secret' }];
  const mac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const signer: Signer = { keys: () => keys, mac };
  const nowMs = 1_800_000_000_000;
  const mfe1 = parseAppId('mfe1') ?? wrong();
  const watched: WatchedRollout = {
    rolloutId: 'r1',
    app: mfe1,
    stable: parseVersionId('v1.0.0') ?? wrong(),
    canary: parseVersionId('v1.1.0') ?? wrong(),
    salt: 'mfe1@v1.1.0',
    weightBp: 5000,
    revision: 2,
    rules: { baseSlotMs: 10_000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false },
    lastSlot: 0,
  };
  let telemetry: Telemetry;
  let intake = createIntake();
  let handle: ReturnType<typeof createMetricsHandler>;
  let pages = 0;

  beforeEach(async () => {
    intake = createIntake();
    telemetry = createTelemetry({ journal: createMemoryJournal(), now: () => nowMs, sampleRate: 0 });
    await telemetry.watch([watched]);
    const limit = createRateLimit({ perClient: 1000, total: 10_000 });
    handle = createMetricsHandler({ telemetry, limit, apps: ['mfe1'], signer, intake });
  });

  const versionOf = (subject: string) => (bucketOf(watched.salt, subject) < watched.weightBp ? 'v1.1.0' : 'v1.0.0');
  const send = (subject: string, { kind = 'attempt', ...more }: Record<string, unknown> = {}) => {
    const event = {
      kind,
      app: 'mfe1',
      version: versionOf(subject),
      generation: 2,
      reason: 'bucket',
      ageMs: 0,
    };
    const page = `page-${String((pages += 1)).padStart(6, '0')}`;
    return handle({
      text: JSON.stringify({ schema: 1, page, versions: {}, events: [event] }),
      cookieHeader: `sluice_id=${subject}; sluice_sig=${signSubject(signer, subject, nowMs / 1000) ?? ''}`,
      address: '203.0.113.7',
      fetchSite: 'same-origin',
      nowMs,
      ...more,
    }).status;
  };

  it('counts who is signed, and says how many', () => {
    expect(send('visitor1')).toBe(204);
    expect(intake.counts()).toEqual({ taken: 1, refused: {} });
  });

  it.each([
    ['no signature', { cookieHeader: 'sluice_id=visitor1' }, 'unsigned'],
    [
      "another visitor's",
      { cookieHeader: `sluice_id=visitor2; sluice_sig=${signSubject(signer, 'visitor1', 1_800_000_000) ?? ''}` },
      'unsigned',
    ],
    [
      'one that is over',
      { cookieHeader: `sluice_id=visitor1; sluice_sig=${signSubject(signer, 'visitor1', 1_700_000_000) ?? ''}` },
      'unsigned',
    ],
    ['another site', { fetchSite: 'cross-site' }, 'other-site'],
    ['a neighbour domain', { fetchSite: 'same-site' }, 'other-site'],
    ['no browser at all', { fetchSite: undefined }, 'other-site'],
    ['a foreign origin', { fetchSite: undefined, origin: 'https://evil.example', host: 'shop.example' }, 'other-site'],
    ['a sandbox', { fetchSite: undefined, origin: 'null', host: 'shop.example' }, 'other-site'],
  ])('refuses %s, and counts it by its cause', (_what, more, cause) => {
    expect(send('visitor1', more)).toBe(403);
    expect(intake.counts()).toEqual({ taken: 0, refused: { [cause]: 1 } });
  });

  it('believes the origin where a browser sends no metadata: plain HTTP, and old ones', () => {
    expect(
      send('visitor1', { fetchSite: undefined, origin: 'http://shop.example:4400', host: 'shop.example:4400' }),
    ).toBe(204);
  });

  it('says why each of the others was not counted', () => {
    for (let i = 0; i < 7; i += 1) send(`visitor${String(i)}`);
    send('visitor19', { address: '198.51.100.1' });
    send('visitor19', { address: '198.51.100.1' });
    for (let i = 0; i < 3; i += 1) send(`visitor${String(20 + i)}`, { address: '198.51.101.1', kind: 'failed' });
    expect(intake.counts()).toEqual({ taken: 7, refused: { 'range-failed': 2, 'range-full': 2, repeated: 1 } });
  });

  it('F17 counts nobody whose user agent says that it is a bot: its page decides stable, and not by bucket', () => {
    const event = { kind: 'attempt', app: 'mfe1', version: 'v1.0.0', generation: 2, reason: 'bot', ageMs: 0 };
    send('visitor1', { text: JSON.stringify({ schema: 1, page: 'page-bot00', versions: {}, events: [event] }) });
    expect(intake.counts()).toEqual({ taken: 0, refused: { 'not-by-bucket': 1 } });
  });

  it('F5 counts nobody without an id, and is not offended', () => {
    expect(send('visitor1', { cookieHeader: undefined })).toBe(204);
    expect(intake.counts()).toEqual({ taken: 0, refused: { 'no-subject': 1 } });
  });
});
