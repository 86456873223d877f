/** What a value of an endpoint must be. */
export type Condition =
  | { readonly kind: 'one-of'; readonly values: readonly (string | number | boolean)[] }
  /** Borders belong to it; null is no border. */
  | { readonly kind: 'range'; readonly atLeast: number | null; readonly atMost: number | null };

export function meets(condition: Condition, value: string | number | boolean): boolean {
  if (condition.kind === 'one-of') return condition.values.includes(value);
  const { atLeast, atMost } = condition;
  return typeof value === 'number' && (atLeast ?? -Infinity) <= value && value <= (atMost ?? Infinity);
}

/** Whether some value meets both; of two ranges, whether they share more than nothing. */
export function overlap(a: Condition, b: Condition): boolean {
  if (a.kind === 'one-of') return a.values.some((value) => meets(b, value));
  if (b.kind === 'one-of') return overlap(b, a);
  const from = Math.max(a.atLeast ?? -Infinity, b.atLeast ?? -Infinity);
  return from <= Math.min(a.atMost ?? Infinity, b.atMost ?? Infinity);
}

/** Kinds of values that the condition can be met by. */
export function kindsOf(condition: Condition): ReadonlySet<string> {
  return new Set(condition.kind === 'range' ? ['number'] : condition.values.map((value) => typeof value));
}

/** Whether the condition itself names a number below zero. */
export function namesNegative(condition: Condition): boolean {
  const named = condition.kind === 'range' ? [condition.atLeast, condition.atMost] : condition.values;
  return named.some((value) => typeof value === 'number' && value < 0);
}

/** The condition as a message says it. */
export function conditionText(condition: Condition): string {
  if (condition.kind === 'one-of') return condition.values.map((value) => JSON.stringify(value)).join(' or ');
  const { atLeast, atMost } = condition;
  const parts = [
    ...(atLeast === null ? [] : [`at least ${String(atLeast)}`]),
    ...(atMost === null ? [] : [`at most ${String(atMost)}`]),
  ];
  return parts.join(' and ');
}
