import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPointer, type Pointer } from '../documents/pointer.js';
import { bucketOf } from './bucket.js';
import { decide, isCounted, type Decision, type DecisionInput } from './decide.js';

interface Case extends Omit<DecisionInput, 'pointer'> {
  readonly name: string;
  readonly pointer: unknown;
  readonly expected: Decision | { readonly unreadable: true };
}

const file = new URL('../../../../conformance/decision.json', import.meta.url);
const { decisions } = JSON.parse(readFileSync(file, 'utf8')) as { readonly decisions: readonly Case[] };

function pointerAt(canaryPercent: number, fields: Record<string, unknown> = {}): Pointer {
  const read = readPointer({ version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent, ...fields });
  if (read?.kind !== 'sound') throw new Error('the test itself is wrong');
  return read.pointer;
}

const armOf = (app: string, subject: string, percent: number): string =>
  decide({ app, pointer: pointerAt(percent), subject }).arm;

const subjects = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `device-${String(i)}`);
const percents = fc.integer({ min: 0, max: 10_000 }).map((bp) => bp / 100);

describe('the order of decision', () => {
  it.each(decisions)('$name', ({ name: _name, pointer, expected, ...asked }) => {
    const read = readPointer(pointer);
    if (read === undefined) expect(expected).toEqual({ unreadable: true });
    else expect(decide({ ...asked, pointer: read.pointer })).toEqual(expected);
  });

  it('counts decisions by bucket only, in both arms', () => {
    const reasons = decisions.flatMap(({ name: _name, pointer, expected: _expected, ...asked }) => {
      const read = readPointer(pointer);
      return read === undefined ? [] : [decide({ ...asked, pointer: read.pointer })];
    });
    const counted = reasons.filter(isCounted);
    expect(new Set(counted.map(({ reason }) => reason))).toEqual(new Set(['bucket']));
    expect(new Set(counted.map(({ arm }) => arm))).toEqual(new Set(['stable', 'canary']));
    expect(reasons.filter(({ reason }) => reason === 'bucket')).toEqual(counted);
  });

  it('names the bucket exactly where it decided', () => {
    for (const { expected } of decisions) {
      if ('reason' in expected) expect('bucket' in expected).toBe(expected.reason === 'bucket');
    }
  });
});

describe('assignment over time', () => {
  it('F1 the same user gets one version in 1,000 loads', () => {
    const seen = new Set(Array.from({ length: 1000 }, () => armOf('mfe1', 'device-7', 50)));
    expect(seen.size).toBe(1);
  });

  it('F2 5, 25, 50, 100: nobody with the canary returns to stable', () => {
    for (const subject of subjects(20_000)) {
      const arms = [5, 25, 50, 100].map((percent) => armOf('mfe1', subject, percent));
      expect(arms.toSorted().toReversed()).toEqual(arms);
      expect(arms.at(-1)).toBe('canary');
    }
  });

  it('F2 raising the weight never moves a canary subject to stable', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), percents, percents, (subject, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        if (armOf('mfe1', subject, low) === 'canary') expect(armOf('mfe1', subject, high)).toBe('canary');
      }),
      { seed: 1 },
    );
  });

  it('F3 an abort returns everyone: at 0 percent, without canary, and while it is blocked', () => {
    const aborted = [pointerAt(0), pointerAt(100, { canaryVersion: null }), pointerAt(100, { blocked: ['v1.1.0'] })];
    for (const subject of subjects(10_000)) {
      for (const pointer of aborted) expect(decide({ app: 'mfe1', pointer, subject }).version).toBe('v1.0.0');
    }
  });

  it.each([0.01, 1, 5, 25, 50, 95, 99.99])(
    'F4 at %d percent the share of 100,000 ids is within binomial bounds',
    (percent) => {
      const n = 100_000;
      const p = percent / 100;
      const canary = subjects(n).filter((subject) => armOf('mfe1', subject, percent) === 'canary').length;
      // 4 standard deviations: a fair hash leaves them once in 16,000 tries.
      expect(Math.abs(canary - n * p)).toBeLessThanOrEqual(4 * Math.sqrt(n * p * (1 - p)));
    },
  );

  it.each([
    ['mfe1', 'mfe2'],
    ['mfe1', 'shell'],
    ['a', 'b'],
  ])('F4 the canaries of %s and %s are independent', (one, other) => {
    const n = 100_000;
    const both = subjects(n).filter(
      (subject) => armOf(one, subject, 25) === 'canary' && armOf(other, subject, 25) === 'canary',
    ).length;
    const p = 0.25 * 0.25;
    expect(Math.abs(both - n * p)).toBeLessThanOrEqual(4 * Math.sqrt(n * p * (1 - p)));
  });

  it('F4 apps of one group, which share its salt, move together', () => {
    const pointer = pointerAt(25, { salt: 'checkout-group' });
    for (const subject of subjects(5000)) {
      const arm = (app: string): string => decide({ app, pointer, subject }).arm;
      expect(arm('mfe1')).toBe(arm('mfe2'));
    }
  });

  it('F4 the next canary of an app falls upon others', () => {
    const ids = subjects(100_000).filter((subject) => bucketOf('mfe1@v1.1.0', subject) < 500);
    const again = ids.filter((subject) => bucketOf('mfe1@v1.2.0', subject) < 500).length;
    const n = ids.length;
    expect(Math.abs(again - n * 0.05)).toBeLessThanOrEqual(4 * Math.sqrt(n * 0.05 * 0.95));
  });

  it('never throws and serves one of the two versions, whatever is asked', () => {
    const text = fc.string({ unit: 'binary' });
    const asked = fc.record(
      {
        subject: text,
        bot: fc.boolean(),
        override: fc.constantFrom('stable' as const, 'canary' as const),
        claims: fc.array(text),
        hashes: fc.array(text),
        region: text,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(asked, percents, (input, percent) => {
        const decision = decide({ app: 'mfe1', pointer: pointerAt(percent), ...input });
        expect(decision.version).toBe(decision.arm === 'canary' ? 'v1.1.0' : 'v1.0.0');
      }),
      { seed: 2 },
    );
  });
});
