import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySlot, createAnalysis } from './analysis.js';
import { defaultRules } from './metric.js';
import { mergeSlots } from './merge-slots.js';
import type { ArmMeasurements, Slot } from './slot.js';
import { aSlot } from './slots.fixture.js';
import { soundSlot } from './sound-slot.js';
import { verdictOf } from './verdict.js';

const rules = defaultRules('default');

describe('D9 what is no measurement', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['NaN', Number.NaN],
    ['Infinity', Infinity],
    ['null', null],
    ['a list', []],
    ['negative', -1],
    ['text', '100'],
    ['undefined', undefined],
    ['an object', {}],
    ['not whole', 1.5],
    ['more than can be', 2e12],
    ['true', true],
  ];

  it.each(wrong)('sessions that are %s: nothing was seen in the slot, in either arm', (_, value) => {
    for (const arm of ['canary', 'baseline'] as const) {
      const slot = aSlot(1, { [arm]: { sessions: value, failed: 0 } as unknown as ArmMeasurements });
      const read = soundSlot(slot);
      expect([read.canary, read.baseline]).toEqual([
        { sessions: 0, failed: 0 },
        { sessions: 0, failed: 0 },
      ]);
      const state = applySlot(createAnalysis({ horizon: 450, rules }), rules, slot);
      expect(verdictOf(state, rules)).toMatchObject({ kind: 'no-data', promotable: false });
    }
  });

  it.each([...wrong, ['more than there were sessions', 101] as const])(
    'failed sessions that are %s: nothing was seen',
    (_, value) => {
      const slot = aSlot(1, { canary: { sessions: 100, failed: value } as unknown as ArmMeasurements });
      expect(soundSlot(slot).canary).toEqual({ sessions: 0, failed: 0 });
    },
  );

  it.each(wrong)('an arm that is %s: nothing was seen', (_, value) => {
    expect(soundSlot(aSlot(1, { canary: value as ArmMeasurements })).canary).toEqual({ sessions: 0, failed: 0 });
  });

  it.each(wrong)('a detail that is %s was not measured; the rest counts', (_, value) => {
    const canary = {
      sessions: 100,
      failed: 9,
      loadFailed: value,
      silent: value,
      loads: value,
      rates: { a: value, b: 3 },
      values: { a: value },
    };
    const read = soundSlot(
      aSlot(1, {
        canary: canary as unknown as ArmMeasurements,
        half: value as ArmMeasurements,
        errors: value as never,
      }),
    );
    expect(read.canary).toMatchObject({ sessions: 100, failed: 9, rates: { b: 3 } });
    const kept = Object.keys(read.canary);
    expect(kept.filter((name) => ['loadFailed', 'silent', 'loads'].includes(name))).toEqual([]);
    expect(read.half).toBeUndefined();
  });

  it('never crashes and never passes, whatever is there', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (canary, baseline) => {
        const slot = aSlot(1, { canary: canary as ArmMeasurements, baseline: baseline as ArmMeasurements });
        const state = applySlot(createAnalysis({ horizon: 450, rules }), rules, slot);
        return !verdictOf(state, rules).promotable && !JSON.stringify(state).includes('null,null');
      }),
      { numRuns: 1000, seed: 7 },
    );
  });
});

describe('slots of shards', () => {
  const histogram = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 183 }), fc.integer({ min: 1, max: 99 })), {
      selector: ([at]) => at,
      maxLength: 5,
    })
    .map((pairs) => pairs.toSorted(([a], [b]) => a - b));
  const loads = fc.record({ unloaded: fc.integer({ min: 0, max: 9 }), histogram });
  const counts = fc.record({ sessions: fc.integer({ min: 9, max: 99 }), failed: fc.integer({ min: 0, max: 9 }) });
  const arm = fc
    .tuple(
      counts,
      fc.record(
        {
          loadFailed: fc.integer({ min: 0, max: 9 }),
          loads: fc.record({ cold: loads, warm: loads }),
          rates: fc.record({ a: fc.integer({ min: 0, max: 9 }) }, { requiredKeys: [] }),
          values: fc.record({ v: histogram }),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([own, more]): ArmMeasurements => ({ ...own, ...more }));
  const errors = fc
    .uniqueArray(
      fc.record({
        fingerprint: fc.constantFrom('0000000a', '0000000b', '0000000c'),
        text: fc.constant('Error'),
        canary: fc.integer({ min: 0, max: 5 }),
        baseline: fc.integer({ min: 0, max: 5 }),
      }),
      { selector: ({ fingerprint }) => fingerprint },
    )
    .map((list) => list.toSorted((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)));
  const slot = fc
    .record({ canary: arm, baseline: arm, half: counts, errors }, { requiredKeys: ['canary', 'baseline'] })
    .map((more): Slot => aSlot(1, more));

  it('add up, in any order and any grouping', () => {
    fc.assert(
      fc.property(slot, slot, slot, (a, b, c) => {
        expect(mergeSlots(a, b)).toEqual(mergeSlots(b, a));
        expect(mergeSlots(a, mergeSlots(b, c))).toEqual(mergeSlots(mergeSlots(a, b), c));
        const sum = mergeSlots(a, b);
        expect(sum.canary.sessions).toBe(a.canary.sessions + b.canary.sessions);
        expect(sum.baseline.failed).toBe(a.baseline.failed + b.baseline.failed);
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  it('are refused where they are not the same slot', () => {
    for (const other of [
      aSlot(2),
      aSlot(1, { rolloutId: 'r2' }),
      aSlot(1, { revision: 2 }),
      aSlot(1, { kind: 'guardrail' }),
    ]) {
      expect(() => mergeSlots(aSlot(1), other)).toThrow(RangeError);
    }
  });
});
