import { describe, expect, it } from 'vitest';
import { briefAlarms, type AlarmDefinition, type AlarmState } from './alarm.js';
import { evaluateAlarm } from './evaluate-alarm.js';

const base: AlarmDefinition = {
  name: 'test',
  metric: 'error-count',
  threshold: 10,
  periodMs: 60_000,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  missing: 'missing',
  scope: 'app',
};

/** `0` within the threshold, `X` above it, `-` missing; oldest first. */
const range = (text: string): (number | null)[] =>
  text.split(' ').map((mark) => (mark === '-' ? null : mark === 'X' ? 11 : 10));

const treatments = ['missing', 'ignore', 'breaching', 'not-breaching'] as const;

describe('an alarm of 3 of 3 periods, by the table of the AWS page', () => {
  it.each<[string, AlarmState | 'kept', AlarmState | 'kept', AlarmState, AlarmState]>([
    ['0 - X - X', 'ok', 'ok', 'ok', 'ok'],
    ['- - - - 0', 'ok', 'ok', 'ok', 'ok'],
    ['- - - - -', 'insufficient-data', 'kept', 'alarm', 'ok'],
    ['0 X X - X', 'alarm', 'alarm', 'alarm', 'alarm'],
    ['- - X - -', 'alarm', 'kept', 'alarm', 'ok'],
  ])('D22 %s', (text, ...expected) => {
    for (const [i, missing] of treatments.entries()) {
      for (const previous of ['ok', 'alarm', 'insufficient-data'] as const) {
        const state = evaluateAlarm({ ...base, missing }, { datapoints: range(text), previous });
        expect([missing, state]).toEqual([missing, expected[i] === 'kept' ? previous : expected[i]]);
      }
    }
  });
});

describe('an alarm of 2 of 3 periods, by the table of the AWS page', () => {
  it.each<[string, AlarmState | 'kept', AlarmState | 'kept', AlarmState, AlarmState]>([
    ['0 - X - X', 'alarm', 'alarm', 'alarm', 'alarm'],
    ['0 0 X 0 X', 'alarm', 'alarm', 'alarm', 'alarm'],
    ['0 - X - -', 'ok', 'ok', 'alarm', 'ok'],
    ['- - - - 0', 'ok', 'ok', 'alarm', 'ok'],
    ['- - - X -', 'alarm', 'kept', 'alarm', 'ok'],
  ])('D22 %s', (text, ...expected) => {
    for (const [i, missing] of treatments.entries()) {
      const previous = 'insufficient-data' as const;
      const definition = { ...base, datapointsToAlarm: 2, missing };
      const state = evaluateAlarm(definition, { datapoints: range(text), previous });
      expect([missing, state]).toEqual([missing, expected[i] === 'kept' ? previous : expected[i]]);
    }
  });
});

describe('an alarm', () => {
  it('does not go off at one fresh breach after silence: it may be followed by better', () => {
    expect(evaluateAlarm(base, { datapoints: range('- - - - X'), previous: 'ok' })).toBe('insufficient-data');
  });

  it('D6 goes off above its threshold and not at it', () => {
    expect(evaluateAlarm(base, { datapoints: [10, 10, 10], previous: 'ok' })).toBe('ok');
    expect(evaluateAlarm(base, { datapoints: [10.01, 10.01, 10.01], previous: 'ok' })).toBe('alarm');
  });

  it.each([NaN, Infinity, -Infinity, -1])('D9 %s is no datapoint', (value) => {
    expect(evaluateAlarm(base, { datapoints: [value, value, value], previous: 'ok' })).toBe('insufficient-data');
    expect(evaluateAlarm(base, { datapoints: [0, 0, 0, value], previous: 'alarm' })).toBe('ok');
  });

  it('D25 says the same of the same datapoints, however often it is asked', () => {
    let previous: AlarmState = 'ok';
    for (let i = 0; i < 5; i += 1) previous = evaluateAlarm(base, { datapoints: range('0 0 X X X'), previous });
    expect(previous).toBe('alarm');
  });

  it("is one of the brief's four", () => {
    expect(
      briefAlarms.map(({ metric, threshold, periodMs, datapointsToAlarm }) => [
        metric,
        threshold,
        periodMs / 60_000,
        datapointsToAlarm,
      ]),
    ).toEqual([
      ['error-count', 10, 5, 2],
      ['load-time-p95', 3000, 5, 3],
      ['5xx-percent', 5, 1, 3],
      ['4xx-percent', 10, 1, 3],
    ]);
  });
});
