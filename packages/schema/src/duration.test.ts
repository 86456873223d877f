import { describe, expect, it } from 'vitest';
import { parseDuration } from './duration.js';

describe('a written length of time', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1h30m', 5_400_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['1ms', 1],
  ])('reads %s as %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '0s',
    '0m',
    '-5m',
    '5',
    'm',
    '5 m',
    '5min',
    '15M',
    '1e3s',
    'Infinity',
    '0.4ms',
    '30m1h',
    '5m5m',
    '5m\n',
  ])('refuses %j, which is unreadable or not above zero', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([15, null, undefined, ['15m'], { toString: () => '15m' }])('refuses %j, which is no text', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });

  it('reads a hostile text in one pass', () => {
    expect(parseDuration(`${'9'.repeat(1_000_000)}x`)).toBeUndefined();
  });
});
