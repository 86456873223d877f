import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBeacon } from './index.js';

const attempt = { kind: 'attempt', app: 'mfe1', version: 'v1.0.0', generation: 2, reason: 'bucket', ageMs: 0 };
const ok = { ...attempt, kind: 'ok', ageMs: 300, loadMs: 250, cold: true };
const error = { kind: 'chunk', name: 'ChunkLoadError', message: 'Loading chunk 5 failed' };
const failed = { ...attempt, kind: 'failed', ageMs: 300, error };
const metric = { ...attempt, kind: 'metric', ageMs: 300, metric: 'cart-value', value: 12.5 };

const beaconOf = (event: unknown): string =>
  JSON.stringify({ schema: 1, page: 'page-0001', versions: { mfe1: 'v1.0.0' }, events: [event] });

/** The event as it is taken in, or the places of its problems. JSON knows no NaN and no Infinity: 1e999 is one. */
function readEvent(event: unknown, text = beaconOf(event)): unknown {
  const parsed = parseBeacon(text);
  if (parsed.kind === 'beacon') return parsed.beacon.events[0];
  return parsed.kind === 'invalid' ? parsed.issues.map(({ place }) => place.replace('events.0.', '')) : parsed;
}

describe('an event of a beacon', () => {
  it.each([attempt, ok, failed, metric, { ...failed, cold: false, fellBack: true }, { ...attempt, kind: 'left' }])(
    'is taken in as it is: %j',
    (event) => {
      expect(readEvent(event)).toEqual(event);
    },
  );

  // The table of docs/telemetry.md.
  it.each<[what: string, field: string, value: unknown, expected: 'refused' | 'taken']>([
    ['null', 'ageMs', null, 'refused'],
    ['a list', 'ageMs', [], 'refused'],
    ['a negative number', 'ageMs', -1, 'refused'],
    ['a text', 'ageMs', '5', 'refused'],
    ['more than a day', 'ageMs', 86_400_001, 'refused'],
    ['a day', 'ageMs', 86_400_000, 'taken'],
    ['nothing', 'ageMs', undefined, 'refused'],
    ['null', 'loadMs', null, 'refused'],
    ['a list', 'loadMs', [], 'refused'],
    ['a negative number', 'loadMs', -0.5, 'refused'],
    ['a text', 'loadMs', '5', 'refused'],
    ['a fraction', 'loadMs', 0.5, 'taken'],
    ['nothing', 'loadMs', undefined, 'taken'],
    ['null', 'cold', null, 'refused'],
    ['a number', 'cold', 1, 'refused'],
    ['a text', 'cold', 'true', 'refused'],
    ['nothing', 'cold', undefined, 'taken'],
    ['null', 'generation', null, 'refused'],
    ['a fraction', 'generation', 1.5, 'refused'],
    ['a negative number', 'generation', -1, 'refused'],
    ['more than can be exact', 'generation', 2 ** 53, 'refused'],
    ['nothing', 'generation', undefined, 'taken'],
    ['an unknown word', 'kind', 'crash', 'refused'],
    ['a list', 'kind', ['ok'], 'refused'],
    ['an unknown word', 'reason', 'because', 'refused'],
    ['a path', 'app', '../etc', 'refused'],
    ['markup', 'version', '<script>', 'refused'],
  ])('D9 with %s as %s %j is %s', (_what, field, value, expected) => {
    const event = { ...ok, [field]: value };
    const read = readEvent(event);
    if (expected === 'refused') expect(read).toEqual([field]);
    else expect(read).toMatchObject(JSON.parse(JSON.stringify(event)) as object);
  });

  it.each<[what: string, field: string, value: unknown, expected: 'refused' | 'taken']>([
    ['null', 'value', null, 'refused'],
    ['a list', 'value', [], 'refused'],
    ['a negative number', 'value', -1, 'refused'],
    ['a text', 'value', '12', 'refused'],
    ['zero', 'value', 0, 'taken'],
    ['a large number', 'value', 1e300, 'taken'],
    ['nothing', 'value', undefined, 'taken'],
    ['nothing', 'metric', undefined, 'refused'],
    ['capitals', 'metric', 'Cart', 'refused'],
    ['a prototype', 'metric', '__proto__', 'refused'],
    ['32 characters', 'metric', 'a'.repeat(32), 'taken'],
    ['33 characters', 'metric', 'a'.repeat(33), 'refused'],
    ['a number', 'metric', 5, 'refused'],
  ])('D9 of a metric with %s as %s %j is %s', (_what, field, value, expected) => {
    const event = { ...metric, [field]: value };
    const read = readEvent(event);
    if (expected === 'refused') expect(read).toEqual([field]);
    else expect(read).toMatchObject(JSON.parse(JSON.stringify(event)) as object);
  });

  it.each([
    ['ageMs', ok],
    ['loadMs', ok],
    ['value', metric],
  ])('D9 with Infinity as %s is refused', (field, event) => {
    const text = beaconOf({ ...event, [field]: 'HERE' }).replace('"HERE"', '1e999');
    expect(readEvent(undefined, text)).toEqual([field]);
  });

  it('D9 with NaN is no JSON', () => {
    expect(readEvent(undefined, beaconOf(ok).replace('250', 'NaN'))).toEqual(['.']);
  });

  it.each<[unknown, string | string[]]>([
    [null, 'error'],
    ['TypeError', 'error'],
    [[], 'error'],
    [{}, ['error.kind', 'error.name', 'error.message']],
    [{ ...error, kind: 'crash' }, 'error.kind'],
    [{ ...error, kind: 'constructor' }, 'error.kind'],
    [{ ...error, name: 5 }, 'error.name'],
    [{ ...error, message: null }, 'error.message'],
  ])('D9 with the error %j is refused', (value, places) => {
    expect(readEvent({ ...failed, error: value })).toEqual([places].flat());
  });

  it('keeps 100 characters of an error’s name and 300 of its message, and no control characters', () => {
    const long = { kind: 'error', name: 'N'.repeat(5000), message: `\u0000\u001b[31m\n${'m'.repeat(5000)}` };
    expect(readEvent({ ...failed, error: long })).toMatchObject({
      error: { kind: 'error', name: 'N'.repeat(100), message: ` [31m ${'m'.repeat(293)}` },
    });
  });

  it('keeps nothing that is not known', () => {
    const more = { ...ok, fingerprint: 'deadbeef', subject: 'somebody', error: undefined, metric: 'x', value: 1 };
    expect(readEvent(more)).toEqual(ok);
  });

  it.each([
    '{"schema":1,"page":"page-0001","events":[{"__proto__":{"app":"mfe1","kind":"ok"}}]}',
    '{"schema":1,"page":"page-0001","events":[],"__proto__":{"events":[{}]}}',
    '{"__proto__":{"schema":1,"page":"page-0001"},"events":[]}',
    `{"schema":1,"page":"page-0001","versions":{"__proto__":"v1.0.0"},"events":[${JSON.stringify(ok)}]}`,
    `{"schema":1,"page":"page-0001","events":[${JSON.stringify(failed).replace('"name"', '"__proto__"')}]}`,
    `{"schema":1,"page":"page-0001","events":[${JSON.stringify(ok)}],"constructor":{"prototype":{"cold":true}}}`,
  ])('D9 reaches no prototype: %s', (text) => {
    const parsed = parseBeacon(text);
    if (parsed.kind === 'beacon') expect(parsed.beacon.events).toEqual([ok]);
    const plain: Record<string, unknown> = {};
    for (const name of ['app', 'kind', 'cold', 'schema', 'events', 'v1.0.0']) expect(plain[name]).toBeUndefined();
  });

  it('D9 never throws, and lets nothing through that is no number, whatever it is sent', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(-0, 1e308, '', '\u202e', '__proto__'));
    const event = fc.record({
      kind: fc.constantFrom('attempt', 'ok', 'failed', 'left', 'metric', 'x'),
      app: fc.constantFrom('mfe1', 'mfe2', 5),
      version: fc.constantFrom('v1.0.0', 'v', null),
      reason: fc.constantFrom('bucket', 'no-canary', 1),
      ageMs: fc.oneof(fc.integer({ min: -5, max: 20_000 }), odd),
      loadMs: fc.oneof(fc.integer({ min: -5, max: 20_000 }), odd),
      value: odd,
      metric: fc.oneof(fc.constant('cart'), odd),
      cold: odd,
      error: fc.oneof(odd, fc.record({ kind: fc.constantFrom('chunk', 'error', ''), name: odd, message: odd })),
    });
    fc.assert(
      fc.property(event, (told) => {
        const parsed = parseBeacon(beaconOf(told));
        if (parsed.kind !== 'beacon') return;
        for (const { ageMs, loadMs = 0, value = 0, cold = true, error: { name, message } = error } of parsed.beacon
          .events) {
          for (const number of [ageMs, loadMs, value]) expect(number >= 0 && number < Infinity).toBe(true);
          expect(typeof cold).toBe('boolean');
          expect([name.length <= 100, message.length <= 300]).toEqual([true, true]);
        }
      }),
      { seed: 9, numRuns: 2000 },
    );
  });
});
