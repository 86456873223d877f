import type { FreezeWindow } from '@sluice/core';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';
import { unknownKey } from './wording.js';

/** A time in which nothing starts and nothing advances, as people write it. */
export type WrittenFreezeWindow =
  | { readonly from: string; readonly until: string; readonly reason: string }
  | { readonly weekly: string; readonly zone: string; readonly reason: string };

const known = ['from', 'until', 'weekly', 'zone', 'reason'];
const ofRanges = ['from', 'until'];
const ofWeeks = ['weekly', 'zone'];
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The windows; what is wrong with them is added to the issues. */
export function parseFreezeWindows(written: unknown, issues: Issue[]): readonly FreezeWindow[] {
  if (written === undefined) return [];
  if (!Array.isArray(written)) {
    const remedy = "Write [{ from: '2026-12-20T00:00:00Z', until: '2027-01-02T00:00:00Z', reason: 'Christmas' }].";
    issues.push({ place: 'freeze', problem: 'It is not a list.', remedy });
    return [];
  }
  return (written as readonly unknown[]).flatMap((one, i) => windowOf(one, { place: `freeze.${String(i)}`, issues }));
}

interface At {
  readonly place: string;
  readonly issues: Issue[];
}

function windowOf(written: unknown, { place, issues }: At): readonly FreezeWindow[] {
  const at = { place, issues };
  if (!isRecord(written)) {
    issues.push({
      place,
      problem: 'It is not an object.',
      remedy: 'Write { from, until, reason } or { weekly, zone, reason }.',
    });
    return [];
  }
  for (const key of Object.keys(written).filter((name) => !known.includes(name))) {
    const [problem = '', remedy = ''] = unknownKey(key, known).split(' | ');
    issues.push({ place: `${place}.${key}`, problem, remedy });
  }
  const { reason } = written;
  if (typeof reason !== 'string' || reason === '') {
    issues.push({ place: `${place}.reason`, problem: 'There is no reason.', remedy: "Say why, like 'Christmas'." });
  }
  const weekly = isWeekly(written, at);
  const said = { reason: typeof reason === 'string' ? reason : '' };
  return weekly ? weeklyOf({ ...written, ...said }, at) : rangeOf({ ...written, ...said }, at);
}

/** Of which kind it is; keys of the other kind are told, because they would be ignored. */
function isWeekly(written: Readonly<Record<string, unknown>>, { place, issues }: At): boolean {
  const has = (key: string): boolean => written[key] !== undefined;
  const weekly = has('weekly') || (has('zone') && !ofRanges.some(has));
  for (const key of (weekly ? ofRanges : ofWeeks).filter(has)) {
    const problem = 'A freeze is of dates or of the week, not both.';
    issues.push({ place: `${place}.${key}`, problem, remedy: 'Leave it out, or write two: one of each kind.' });
  }
  return weekly;
}

type Said = Readonly<Record<string, unknown>> & { readonly reason: string };

function rangeOf(written: Said, { place, issues }: At): readonly FreezeWindow[] {
  const fromMs = momentOf(written['from'], { place: `${place}.from`, issues });
  const untilMs = momentOf(written['until'], { place: `${place}.until`, issues });
  if (fromMs === undefined || untilMs === undefined) return [];
  if (fromMs >= untilMs) {
    issues.push({ place: `${place}.until`, problem: 'It is not after `from`.', remedy: 'Swap them, or correct one.' });
    return [];
  }
  return [{ kind: 'range', fromMs, untilMs, reason: written.reason }];
}

const momentShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** With a time zone: a freeze that begins at another hour on another machine is none. */
function momentOf(text: unknown, { place, issues }: At): number | undefined {
  const ms = typeof text === 'string' && momentShape.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  const remedy = "Write it with a time zone, like '2026-12-20T00:00:00Z' or '2026-12-20T00:00:00+01:00'.";
  issues.push({ place, problem: `${showValue(text)} is not a moment.`, remedy });
  return undefined;
}

/** `Date.parse` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

function weeklyOf(written: Said, { place, issues }: At): readonly FreezeWindow[] {
  const found = typeof written['weekly'] === 'string' ? weekOf(written['weekly']) : undefined;
  if (found === undefined) {
    const problem = `${showValue(written['weekly'])} is not a time of the week.`;
    issues.push({ place: `${place}.weekly`, problem, remedy: "Write it as 'fri 16:00 - mon 08:00'." });
  }
  const { zone } = written;
  if (typeof zone !== 'string' || !isZone(zone)) {
    const problem = `${showValue(zone)} is not a time zone.`;
    issues.push({ place: `${place}.zone`, problem, remedy: "Use an IANA name, like 'Europe/Berlin' or 'UTC'." });
    return [];
  }
  return found === undefined ? [] : [{ kind: 'weekly', ...found, zone, reason: written.reason }];
}

function weekOf(text: string): { fromMinute: number; untilMinute: number } | undefined {
  const match = /^([a-z]{3}) (\d\d):(\d\d)\s*[-–]\s*([a-z]{3}) (\d\d):(\d\d)$/.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  const [, fromDay = '', fromHour, fromMin, untilDay = '', untilHour, untilMin] = match;
  const fromMinute = minuteOf({ day: fromDay, hour: Number(fromHour), minute: Number(fromMin) });
  const untilMinute = minuteOf({ day: untilDay, hour: Number(untilHour), minute: Number(untilMin) });
  if (fromMinute === undefined || untilMinute === undefined || fromMinute === untilMinute) return undefined;
  return { fromMinute, untilMinute };
}

function minuteOf({ day, hour, minute }: { day: string; hour: number; minute: number }): number | undefined {
  const index = days.indexOf(day);
  return index < 0 || hour > 23 || minute > 59 ? undefined : index * 1440 + hour * 60 + minute;
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
