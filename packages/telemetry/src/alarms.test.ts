import type { AlarmDefinition, AppId } from '@sluice/core';
import { briefAlarms, parseAppId } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { createAlarmMetrics, type AlarmMetrics } from './alarm-metrics.js';
import { createLocalAlarms } from './local-alarms.js';

const minute = 60_000;
const start = Date.UTC(2026, 0, 15, 10, 0, 0);
const app = (parseAppId('mfe1') ?? '') as AppId;
const other = (parseAppId('mfe2') ?? '') as AppId;

function aPlatform(definitions: readonly AlarmDefinition[] = briefAlarms) {
  let nowMs = start;
  const metrics = createAlarmMetrics();
  const alarms = createLocalAlarms({ metrics, apps: [app, other], definitions, now: () => nowMs });
  const stateOf = (name: string, of: AppId | null = app) =>
    alarms.readings().find((reading) => reading.alarm === name && reading.app === of)?.state;
  return {
    metrics,
    alarms,
    stateOf,
    /** So many minutes, each with what is reported in it. */
    minutes: (count: number, report: (metrics: AlarmMetrics, nowMs: number) => void) => {
      for (let i = 0; i < count; i += 1) {
        report(metrics, nowMs);
        nowMs += minute;
        alarms.readings();
      }
    },
  };
}

describe("the brief's alarms on one machine", () => {
  it.each([
    [10, 'ok'],
    [11, 'alarm'],
  ])('error count: %s errors in each of two periods of 5 min → %s', (errors, state) => {
    const platform = aPlatform();
    for (let period = 0; period < 2; period += 1) {
      platform.minutes(1, (metrics, now) => metrics.error(app, errors, now));
      platform.minutes(4, () => undefined);
    }
    expect(platform.stateOf('error-count')).toBe(state);
    expect(platform.stateOf('error-count', other)).toBe('ok');
  });

  it.each([
    [5, 'ok'],
    [6, 'alarm'],
  ])('5xx: %s %% in each of three minutes → %s', (failed, state) => {
    const platform = aPlatform();
    platform.minutes(3, (metrics, now) => metrics.requests(app, { total: 100, status4xx: 0, status5xx: failed }, now));
    expect(platform.stateOf('5xx')).toBe(state);
  });

  it.each([
    [10, 'ok'],
    [11, 'alarm'],
  ])('4xx: %s %% in each of three minutes → %s', (failed, state) => {
    const platform = aPlatform();
    platform.minutes(3, (metrics, now) => metrics.requests(app, { total: 100, status4xx: failed, status5xx: 0 }, now));
    expect(platform.stateOf('4xx')).toBe(state);
  });

  it.each([
    [2500, 'ok'],
    [3600, 'alarm'],
  ])('load time: a p95 of about %s ms in three periods of 5 min → %s', (loadMs, state) => {
    const platform = aPlatform();
    platform.minutes(15, (metrics, now) => {
      for (let i = 0; i < 20; i += 1) metrics.loadTime(app, i < 17 ? 200 : loadMs, now);
    });
    expect(platform.stateOf('load-time')).toBe(state);
  });

  it('clears when the periods are good again', () => {
    const platform = aPlatform();
    const report = (status5xx: number) => (metrics: AlarmMetrics, now: number) => {
      metrics.requests(app, { total: 100, status4xx: 0, status5xx }, now);
    };
    platform.minutes(3, report(50));
    expect(platform.stateOf('5xx')).toBe('alarm');
    platform.minutes(1, report(0));
    expect(platform.stateOf('5xx')).toBe('ok');
  });

  it('D22 says nothing of an app without traffic', () => {
    const platform = aPlatform();
    platform.minutes(20, () => undefined);
    for (const name of ['load-time', '5xx', '4xx']) expect(platform.stateOf(name)).toBe('insufficient-data');
    expect(platform.stateOf('error-count')).toBe('ok');
  });

  it('a global alarm counts all apps together', () => {
    const [definition] = briefAlarms;
    if (definition === undefined) throw new RangeError('there is no alarm');
    const platform = aPlatform([{ ...definition, scope: 'global' }]);
    for (let period = 0; period < 2; period += 1) {
      platform.minutes(5, (metrics, now) => {
        metrics.error(app, 1, now);
        metrics.error(other, 2, now);
      });
    }
    expect(platform.stateOf('error-count', null)).toBe('alarm');
  });

  it('takes no more than a thousand apps and an hour, and nothing that is no count', () => {
    const metrics = createAlarmMetrics();
    const [definition] = briefAlarms;
    if (definition === undefined) throw new RangeError('there is no alarm');
    for (let i = 0; i < 1500; i += 1) metrics.error(`app-${String(i)}`, 1, start);
    expect(metrics.datapoints('app-1400', definition, start + 5 * minute).every((value) => value === null)).toBe(true);
    for (const value of [NaN, -5, 1e12]) metrics.error('app-1', value, start);
    expect(metrics.datapoints('app-1', definition, start + 5 * minute).at(-1)).toBe(1);
  });
});
