/** Whether two values are the same; numbers that are not whole may differ by the relative tolerance. */
export function same(expected: unknown, seen: unknown, tolerance: number): boolean {
  if (typeof expected === 'number' && typeof seen === 'number') {
    if (Number.isInteger(expected) && Number.isInteger(seen)) return expected === seen;
    return Math.abs(expected - seen) <= tolerance * Math.max(1, Math.abs(expected));
  }
  if (typeof expected !== 'object' || typeof seen !== 'object' || expected === null || seen === null) {
    return expected === seen;
  }
  if (Array.isArray(expected) !== Array.isArray(seen)) return false;
  const names = new Set([...Object.keys(expected), ...Object.keys(seen)]);
  return [...names].every((name) => same(field(expected, name), field(seen, name), tolerance));
}

function field(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
