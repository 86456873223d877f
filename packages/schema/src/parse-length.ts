import { parseDuration } from './duration.js';
import type { Issue } from './parsed.js';
import { showValue } from './show-value.js';

/** Milliseconds; undefined where it is not written, or cannot be read, which becomes an issue. */
export function parseLength(
  text: unknown,
  at: { readonly place: string; readonly issues: Issue[] },
): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) {
    const remedy = "Write it as '90s', '15m', '2h' or '1d'.";
    at.issues.push({ place: at.place, problem: `${showValue(text)} is not a length of time above zero.`, remedy });
  }
  return ms;
}
