import { describe, expect, it } from 'vitest';
import { frozenAt, type FreezeWindow } from './freeze.js';

// Borders of dates and of a weekend that wraps are in policy.test.ts.
const at = (iso: string): number => Date.parse(iso);
const minuteOf = (day: number, hour: number, minute = 0): number => day * 1440 + hour * 60 + minute;
const weekly = (fromMinute: number, untilMinute: number, zone = 'Europe/Berlin'): FreezeWindow => ({
  kind: 'weekly',
  fromMinute,
  untilMinute,
  zone,
  reason: 'weekly',
});

describe('a freeze of the week', () => {
  const [sunday, wednesday] = [6, 2];

  it.each([
    ['2026-01-14T08:59:59.999Z', false],
    ['2026-01-14T09:00:00.000Z', true],
    ['2026-01-14T10:59:59.999Z', true],
    ['2026-01-14T11:00:00.000Z', false],
    ['2026-01-15T10:00:00.000Z', false],
  ])('G1 within one day holds from its begin, up to its end: %s', (iso, frozen) => {
    const window = weekly(minuteOf(wednesday, 10), minuteOf(wednesday, 12));
    expect(frozenAt([window], at(iso)) !== undefined).toBe(frozen);
  });

  it.each([
    // Sunday 25 October 2026: 02:00–03:00 in Berlin comes twice, at 00:00 and at 01:00 UTC.
    ['2026-10-24T23:59:59Z', false],
    ['2026-10-25T00:00:00Z', true],
    ['2026-10-25T00:29:59Z', true],
    ['2026-10-25T00:30:00Z', false],
    ['2026-10-25T01:00:00Z', true],
    ['2026-10-25T01:29:59Z', true],
    ['2026-10-25T01:30:00Z', false],
  ])('G1 holds twice in the hour that the clocks repeat: %s', (iso, frozen) => {
    const window = weekly(minuteOf(sunday, 2), minuteOf(sunday, 2, 30));
    expect(frozenAt([window], at(iso)) !== undefined).toBe(frozen);
  });

  it.each([
    // Sunday 29 March 2026: after 01:59 in Berlin comes 03:00, at 01:00 UTC.
    ['2026-03-29T00:59:59Z', false],
    ['2026-03-29T01:00:00Z', false],
    ['2026-03-29T01:30:00Z', false],
  ])('G1 does not hold in an hour that the clocks leave out: %s', (iso, frozen) => {
    const window = weekly(minuteOf(sunday, 2), minuteOf(sunday, 2, 59));
    expect(frozenAt([window], at(iso)) !== undefined).toBe(frozen);
  });

  it.each([
    ['2026-03-29T00:29:59Z', false],
    ['2026-03-29T00:30:00Z', true],
    ['2026-03-29T01:29:59Z', true],
    ['2026-03-29T01:30:00Z', false],
  ])('G1 ends by the wall clock when the clocks go forward within it: %s', (iso, frozen) => {
    const window = weekly(minuteOf(sunday, 1, 30), minuteOf(sunday, 3, 30));
    expect(frozenAt([window], at(iso)) !== undefined).toBe(frozen);
  });

  it.each([
    ['Asia/Kolkata', '2026-01-11T18:29:59Z', false],
    ['Asia/Kolkata', '2026-01-11T18:30:00Z', true],
    ['America/New_York', '2026-01-12T04:59:59Z', false],
    ['America/New_York', '2026-01-12T05:00:00Z', true],
  ])('G1 begins on Monday 00:00 of its own zone: %s %s', (zone, iso, frozen) => {
    expect(frozenAt([weekly(0, minuteOf(0, 1), zone)], at(iso)) !== undefined).toBe(frozen);
  });
});
