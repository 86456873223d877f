import { noDefect } from '@sluice/simulate';
import { describe, expect, it } from 'vitest';
import { isHarmless, parseDefect } from './defect.js';
import { parseIncident } from './incident.js';

describe('a defect', () => {
  it.each([
    ['none', {}],
    ['5x', { errorFactor: 5 }],
    ['1.5x', { errorFactor: 1.5 }],
    ['broken', { errorFactor: 0, errorAdd: 0.5 }],
    ['errors+0.3%', { errorAdd: 0.003 }],
    ['load+50%', { loadFactor: 1.5 }],
    ['remote5x', { remoteFactor: 5 }],
    ['2x, load+20%', { errorFactor: 2, loadFactor: 1.2 }],
  ])('"%s" is understood', (text, wrong) => {
    expect(parseDefect(text)).toEqual({ ...noDefect, ...wrong });
  });

  it.each(['', 'x', '0x', '1001x', '5x,', '5 x', 'errors+101%', 'load+%', 'load-10%', 'broken!', '1e9x', '-5x'])(
    '"%s" is not',
    (text) => {
      expect(parseDefect(text)).toBeUndefined();
    },
  );

  it('of one times the errors is none', () => {
    expect([parseDefect('1x'), parseDefect('1.1x')].map((one) => one && isHarmless(one))).toEqual([true, false]);
  });
});

describe('an incident', () => {
  it.each([
    ['10x@10m+5m', { startMs: 600_000, lengthMs: 300_000, factor: 10, rate: 0 }],
    ['50%@0+1h30m', { startMs: 0, lengthMs: 5_400_000, factor: 1, rate: 0.5 }],
  ])('"%s" is understood', (text, incident) => {
    expect(parseIncident(text)).toEqual(incident);
  });

  it.each(['', 'fire', '10x', '10x@10m', '10x@10+5m', '0x@1m+1m', '101%@1m+1m', '10@1m+1m', '10x@1m+0s'])(
    '"%s" is not',
    (text) => {
      expect(parseIncident(text)).toBeUndefined();
    },
  );
});
