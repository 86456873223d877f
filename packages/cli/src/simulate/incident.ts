import { parseDuration } from '@sluice/schema';
import type { Incident } from '@sluice/simulate';

/** `10x@10m+10m` or `50%@8m+3m`; undefined where it is not understood. */
export function parseIncident(text: string): Incident | undefined {
  const found = /^(\d{1,4}(?:\.\d{1,3})?)(x|%)@([^+]+)\+(.+)$/.exec(text.trim());
  const [, amount, unit, start, length] = found ?? [];
  const startMs = start === '0' ? 0 : parseDuration(start);
  const lengthMs = parseDuration(length);
  const n = Number(amount);
  if (startMs === undefined || lengthMs === undefined || n <= 0) return undefined;
  if (unit === 'x') return { startMs, lengthMs, factor: n, rate: 0 };
  return n <= 100 ? { startMs, lengthMs, factor: 1, rate: n / 100 } : undefined;
}
