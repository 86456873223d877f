import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from './condition.js';
import { overlap } from './condition.js';
import { judgeValue, valueAt, type Criteria } from './judge-value.js';

const oneOf = (...values: (string | number | boolean)[]): Condition => ({ kind: 'one-of', values });
const range = (atLeast: number | null, atMost: number | null): Condition => ({ kind: 'range', atLeast, atMost });
const text: Criteria = { passes: oneOf('ok', 'green'), rollsBack: oneOf('failed') };
const rate: Criteria = { passes: range(null, 0.01), rollsBack: range(0.05, null) };
const flag: Criteria = { passes: oneOf(true), rollsBack: null };

describe('what a value of an endpoint says', () => {
  it.each<[string, Criteria, unknown, string]>([
    ['the text that it must be', text, 'ok', 'passed'],
    ['another text that it may be', text, 'green', 'passed'],
    ['the text that takes back', text, 'failed', 'failed'],
    ['any other text', text, 'running', 'pending'],
    ['an empty text', text, '', 'pending'],
    ['the same text in capitals', text, 'OK', 'pending'],
    ['true where true is wanted', flag, true, 'passed'],
    ['false where true is wanted', flag, false, 'pending'],
    ['the word true', flag, 'true', 'unanswered'],
    ['1 where true is wanted', flag, 1, 'unanswered'],
    ['a number at the border', rate, 0.01, 'passed'],
    ['a number above the border', rate, 0.010001, 'pending'],
    ['a number at the border that takes back', rate, 0.05, 'failed'],
    ['a number below that', rate, 0.0499, 'pending'],
    ['zero', rate, 0, 'passed'],
    ['minus zero', rate, -0, 'passed'],
    ['a negative number where none is named', rate, -1, 'unanswered'],
    ['a negative number where one is named', { passes: range(-5, null), rollsBack: null }, -1, 'passed'],
    ['a number as text', rate, '0', 'unanswered'],
    ['NaN', rate, NaN, 'unanswered'],
    ['Infinity', rate, Infinity, 'unanswered'],
    [
      'Infinity where only a lower border is named',
      { passes: range(1, null), rollsBack: null },
      Infinity,
      'unanswered',
    ],
    ['what JSON makes of 1e999', rate, JSON.parse('1e999'), 'unanswered'],
    ['null', rate, null, 'unanswered'],
    ['nothing', rate, undefined, 'unanswered'],
    ['a list', rate, [], 'unanswered'],
    ['a list of one that would pass', text, ['ok'], 'unanswered'],
    ['an object', text, {}, 'unanswered'],
    ['text where a number is wanted', rate, 'garbage', 'unanswered'],
  ])('D9 %s', (_what, criteria, value, kind) => {
    expect(judgeValue(criteria, value).kind).toBe(kind);
  });

  it('takes back where a value both passes and takes back: the careful reading', () => {
    expect(judgeValue({ passes: oneOf('x'), rollsBack: oneOf('x') }, 'x').kind).toBe('failed');
  });

  it('D9 passes only what meets the condition, whatever it is asked, and quotes little of it', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true }), (value) => {
        for (const criteria of [text, rate, flag]) {
          const { kind, why } = judgeValue(criteria, value);
          if (kind === 'passed' && !['ok', 'green', true].includes(value as string))
            expect(value).toBeLessThanOrEqual(0.01);
          expect(why.length).toBeLessThan(200);
        }
      }),
      { seed: 1 },
    );
  });
});

it('finds a value by own keys and indexes only', () => {
  const document: unknown = JSON.parse('{"a":{"b.c":[{"ok":true}]},"list":["x"]}');
  expect(valueAt(document, ['a', 'b.c', '0', 'ok'])).toBe(true);
  expect(valueAt(document, [])).toBe(document);
  for (const path of [
    ['constructor'],
    ['list', 'length2'],
    ['a', 'x'],
    ['list', '0', '0', '0'],
    ['toString', 'name'],
  ]) {
    expect(valueAt(document, path)).toBeUndefined();
  }
});

it.each<[Condition, Condition, boolean]>([
  [oneOf('a', 'b'), oneOf('b'), true],
  [oneOf('a'), oneOf('b'), false],
  [range(null, 0.01), range(0.05, null), false],
  [range(null, 0.05), range(0.05, null), true],
  [range(1, 2), oneOf(2), true],
  [oneOf('2'), range(1, 2), false],
])('%j and %j share a value: %s', (a, b, shared) => {
  expect(overlap(a, b)).toBe(shared);
  expect(overlap(b, a)).toBe(shared);
});
