/** A time in which nothing starts and nothing advances. Its begin is inside, its end is not. */
export type FreezeWindow =
  | { readonly kind: 'range'; readonly fromMs: number; readonly untilMs: number; readonly reason: string }
  | {
      readonly kind: 'weekly';
      /** Minutes since Monday 00:00, 0–10079, on the wall clock of the zone. An end before the begin wraps around Sunday. */
      readonly fromMinute: number;
      readonly untilMinute: number;
      /** IANA name, like `Europe/Berlin`. */
      readonly zone: string;
      readonly reason: string;
    };

/** The first window that a moment (epoch milliseconds) lies in. */
export function frozenAt(
  windows: readonly FreezeWindow[],
  nowMs: number,
): { readonly reason: string; readonly window: FreezeWindow } | undefined {
  const window = windows.find((one) => contains(one, nowMs));
  return window && { reason: window.reason, window };
}

function contains(window: FreezeWindow, nowMs: number): boolean {
  if (window.kind === 'range') return window.fromMs <= nowMs && nowMs < window.untilMs;
  const { fromMinute, untilMinute, zone } = window;
  const minute = minuteOfWeek(nowMs, zone);
  return fromMinute < untilMinute
    ? fromMinute <= minute && minute < untilMinute
    : minute >= fromMinute || minute < untilMinute;
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The wall clock decides: in the hour that daylight saving repeats, a window holds twice. */
function minuteOfWeek(nowMs: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(nowMs).map(({ type, value }) => [type, value]));
  const day = days.indexOf(parts.get('weekday') ?? '');
  return day * 1440 + Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
}
