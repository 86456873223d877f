const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `15m`, `1h30m`, `1d` in milliseconds; undefined where it cannot be read or is not above zero. */
export function parseDuration(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ms|s|m|h|d)/g)) {
    sum += Number(amount) * (units[unit ?? ''] ?? 0);
  }
  return sum > 0 && Number.isSafeInteger(Math.round(sum)) ? Math.round(sum) : undefined;
}
