import { parseAppId, parseVersionId, signSubject, bucketOf, type Signer, type WatchedRollout } from '@sluice/core';
import { createMemoryJournal } from '@sluice/local';
import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createIntake, createMetricsHandler, createRateLimit, createTelemetry, type Telemetry } from '../index.js';
import { rangeOf } from './address-range.js';
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
  const caps = { perSlot: 3, failed: 2 };

  it('is so many sessions in a slot and no more, and as many in the next', () => {
    const ledger = new RangeLedger(caps);
    const admit = (slot: number) => {
      const drop = ledger.admit(slot, 'a');
      if (drop === undefined) ledger.settle('a', 'ok');
      return drop;
    };
    expect([admit(1), admit(1), admit(1), admit(1)]).toEqual([undefined, undefined, undefined, 'range-full']);
    expect(ledger.admit(1, 'b')).toBeUndefined();
    expect(admit(2)).toBeUndefined();
  });

  it('is so many failures, in whatever order outcomes come, and silence is one', () => {
    const ledger = new RangeLedger(caps);
    expect([ledger.admit(1, 'a'), ledger.admit(1, 'a'), ledger.admit(1, 'a')]).toEqual([
      undefined,
      undefined,
      'range-failed',
    ]);
    ledger.settle('a', 'ok');
    ledger.settle('a', 'failed');
    expect(ledger.admit(1, 'a')).toBeUndefined();
    ledger.settle('a', 'ok');
    ledger.fail('a');
    expect(ledger.admit(2, 'a')).toBe('range-failed');
    expect(ledger.admit(2, 'b')).toBeUndefined();
  });

  it('is not less for who leaves', () => {
    const ledger = new RangeLedger(caps);
    for (let i = 0; i < 50; i += 1) {
      expect(ledger.admit(i, 'a')).toBeUndefined();
      ledger.settle('a', 'left');
    }
  });

  it('may be more where it is a small share of all that failed', () => {
    const ledger = new RangeLedger({ perSlot: 1000, failed: 1 });
    for (let i = 0; i < 100; i += 1) {
      ledger.admit(1, `r${String(i)}`);
      ledger.settle(`r${String(i)}`, 'failed');
    }
    let own = 0;
    while (ledger.admit(2, 'a') === undefined && own < 100) {
      ledger.settle('a', 'failed');
      own += 1;
    }
    expect(own).toBe(Math.ceil((100 * failedShare) / (1 - failedShare)));
  });

  it('is not capped for addresses of the own network', () => {
    const ledger = new RangeLedger(caps);
    for (let i = 0; i < 100; i += 1) {
      expect(ledger.admit(1, undefined)).toBeUndefined();
      ledger.settle(undefined, 'failed');
    }
  });

  it('is bounded whatever is reported: never more failures of one range than its cap and its share', () => {
    const outcome = fc.constantFrom('ok', 'failed', 'left', 'open') as fc.Arbitrary<'ok' | 'failed' | 'left' | 'open'>;
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c'), outcome);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const ledger = new RangeLedger({ perSlot: 50, failed: 2 });
        const atRisk = new Map<string, number>();
        let failed = 0;
        steps.forEach(([range, what], i) => {
          if (ledger.admit(Math.floor(i / 20), range) !== undefined) return;
          if (what === 'open' || what === 'failed') atRisk.set(range, (atRisk.get(range) ?? 0) + 1);
          if (what === 'failed') failed += 1;
          if (what !== 'open') ledger.settle(range, what);
          expect(atRisk.get(range) ?? 0).toBeLessThanOrEqual(Math.max(2, Math.ceil(failedShare * failed) + 1));
        });
      }),
      { seed: 1, numRuns: 300 },
    );
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
  const send = (subject: string, more: object = {}) => {
    const event = {
      kind: 'attempt',
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
    for (let i = 0; i < 4; i += 1) send(`visitor${String(i)}`);
    send('visitor9', { address: '198.51.100.1' });
    send('visitor9', { address: '198.51.100.1' });
    expect(intake.counts()).toEqual({ taken: 3, refused: { 'range-failed': 2, repeated: 1 } });
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
