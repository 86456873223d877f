const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const amount = String.raw`(\d{1,9}(?:\.\d{1,3})?)`;
/** Each unit once, the largest first: `5m5m` and `30m1h` are slips, not lengths of time. */
const written = new RegExp(`^(?:${amount}d)?(?:${amount}h)?(?:${amount}m)?(?:${amount}s)?(?:${amount}ms)?$`);

/** `90s`, `15m`, `1h30m`, `1d` in whole milliseconds; undefined where it cannot be read or is not above zero. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  const amounts = written.exec(text)?.slice(1);
  if (amounts === undefined) return undefined;
  const sum = Object.values(units).reduce((ms, unit, i) => ms + Number(amounts[i] ?? 0) * unit, 0);
  const ms = Math.round(sum);
  return ms > 0 && Number.isSafeInteger(ms) ? ms : undefined;
}
