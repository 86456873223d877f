import { describe, expect, it } from 'vitest';
import { parseFreezeWindows } from './freeze-windows.js';
import type { Issue } from './parsed.js';

function parse(written: unknown) {
  const issues: Issue[] = [];
  const windows = parseFreezeWindows(written, issues);
  return { windows, issues, places: issues.map(({ place }) => place) };
}

const range = { from: '2026-12-20T00:00:00Z', until: '2027-01-02T00:00:00Z', reason: 'Christmas' };
const weekend = { weekly: 'fri 16:00 - mon 08:00', zone: 'Europe/Berlin', reason: 'weekend' };

describe('written freeze windows', () => {
  it('G1 are dates with a time zone, or times of a week', () => {
    const { windows, issues } = parse([range, weekend]);
    expect(issues).toEqual([]);
    const [fromMs, untilMs] = [Date.UTC(2026, 11, 20), Date.UTC(2027, 0, 2)];
    expect(windows).toEqual([
      { kind: 'range', fromMs, untilMs, reason: 'Christmas' },
      { kind: 'weekly', fromMinute: 6720, untilMinute: 480, zone: 'Europe/Berlin', reason: 'weekend' },
    ]);
    expect(parse(undefined)).toMatchObject({ windows: [], issues: [] });
    expect(parse([])).toMatchObject({ windows: [], issues: [] });
  });

  it.each([
    ['2026-12-20T00:00:00+01:00', Date.UTC(2026, 11, 19, 23)],
    ['2026-12-20T00:00Z', Date.UTC(2026, 11, 20)],
    ['2024-02-29T12:00:00.500Z', Date.UTC(2024, 1, 29, 12, 0, 0, 500)],
  ])('takes the moment %s', (from, fromMs) => {
    expect(parse([{ ...range, from }]).windows).toMatchObject([{ fromMs }]);
  });

  it.each([
    ['FRI 16:00-MON 08:00', 6720, 480],
    ['sun 23:59 – mon 00:00', 10_079, 0],
    [' wed 10:00 - wed 12:00 ', 3480, 3600],
  ])('takes the time of the week %s', (text, fromMinute, untilMinute) => {
    expect(parse([{ ...weekend, weekly: text }]).windows).toMatchObject([{ fromMinute, untilMinute }]);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['no list', range, ['freeze']],
    ['no object', ['Christmas'], ['freeze.0']],
    ['a key that is not known', [{ ...range, untill: 'x' }], ['freeze.0.untill']],
    ['no reason', [{ ...range, reason: undefined }], ['freeze.0.reason']],
    ['an empty reason', [{ ...weekend, reason: '' }], ['freeze.0.reason']],
    ['a date without a time zone', [{ ...range, from: '2026-12-20T00:00:00' }], ['freeze.0.from']],
    ['a date without a time', [{ ...range, from: '2026-12-20' }], ['freeze.0.from']],
    ['a day that there is not', [{ ...range, from: '2026-02-30T00:00:00Z' }], ['freeze.0.from']],
    ['a month that there is not', [{ ...range, until: '2027-13-01T00:00:00Z' }], ['freeze.0.until']],
    ['a moment as a number', [{ ...range, from: 1 }], ['freeze.0.from']],
    ['no end', [{ from: range.from, reason: 'x' }], ['freeze.0.until']],
    ['neither dates nor a week', [{ reason: 'x' }], ['freeze.0.from', 'freeze.0.until']],
    ['a begin after its end', [{ ...range, until: '2026-12-19T00:00:00Z' }], ['freeze.0.until']],
    ['a begin at its end', [{ ...range, until: range.from }], ['freeze.0.until']],
    ['a day of no week', [{ ...weekend, weekly: 'fry 16:00 - mon 08:00' }], ['freeze.0.weekly']],
    ['an hour of no day', [{ ...weekend, weekly: 'fri 24:00 - mon 08:00' }], ['freeze.0.weekly']],
    ['a minute of no hour', [{ ...weekend, weekly: 'fri 16:60 - mon 08:00' }], ['freeze.0.weekly']],
    ['a week of no length', [{ ...weekend, weekly: 'fri 16:00 - fri 16:00' }], ['freeze.0.weekly']],
    ['an unknown zone', [{ ...weekend, zone: 'Mars/Olympus' }], ['freeze.0.zone']],
    ['no zone', [{ weekly: weekend.weekly, reason: 'x' }], ['freeze.0.zone']],
    ['a zone alone', [{ zone: 'UTC', reason: 'x' }], ['freeze.0.weekly']],
    ['a zone of dates, which would be ignored', [{ ...range, zone: 'Europe/Berlin' }], ['freeze.0.zone']],
    ['dates of a week, which would be ignored', [{ ...range, ...weekend }], ['freeze.0.from', 'freeze.0.until']],
  ])('refuses %s, with its place and a remedy', (_what, written, places) => {
    const found = parse(written);
    expect(found.places).toEqual(places);
    for (const { problem, remedy } of found.issues) expect(problem !== '' && remedy !== '').toBe(true);
  });

  it('tells the problems of all of them, and keeps those that are right', () => {
    const { windows, places } = parse([{ ...range, from: 'x' }, weekend, { ...weekend, zone: 'x', weekly: 'x' }]);
    expect(places).toEqual(['freeze.0.from', 'freeze.2.weekly', 'freeze.2.zone']);
    expect(windows).toHaveLength(1);
  });

  it('tells which key was probably meant', () => {
    expect(parse([{ ...weekend, weekyl: 'x' }]).issues[0]?.remedy).toBe('Did you mean "weekly"?');
  });
});
