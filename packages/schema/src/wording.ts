import * as v from 'valibot';
import { nearestName } from './nearest-name.js';
import { showValue } from './show-value.js';

/** Problem and remedy of one issue in our words. A shape's own message carries its remedy behind " | ". */
export function wordingOf(issue: v.BaseIssue<unknown>): { readonly problem: string; readonly remedy: string } {
  const own = ownWording(issue.message);
  if (own !== undefined) return own;
  if (issue.kind === 'validation') return ofRule(issue);
  if (issue.received === 'undefined') return { problem: 'It is missing.', remedy: 'Add it.' };
  const wanted = wordFor(issue.expected ?? 'unknown');
  const seen = showValue(issue.input);
  const problem = wanted.startsWith('one of') ? `${seen} is not known here.` : `${seen} is not ${wanted}.`;
  return { problem, remedy: `Write ${wanted}.` };
}

/** valibot's own messages list alternatives with the bar that separates ours: they begin with "Invalid". */
function ownWording(message: string): { readonly problem: string; readonly remedy: string } | undefined {
  const [problem, remedy] = message.startsWith('Invalid ') ? [] : message.split(' | ');
  return problem === undefined || remedy === undefined ? undefined : { problem, remedy };
}

/** An object without other keys than these; what is mistyped is told with the key that was probably meant. */
export function strictShape<const E extends v.ObjectEntries>(entries: E) {
  const known = Object.keys(entries);
  return v.strictObject(entries, (issue) => {
    const key = v.getDotPath(issue)?.split('.').at(-1);
    if (issue.expected !== 'never' || key === undefined) return issue.message;
    return unknownKey(key, known);
  });
}

/** Message of a key that is not known, with its remedy behind " | ". */
export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearestName(key, known);
  const meant = near === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean "${near}"?`;
  return `There is no setting ${showValue(key)} here. | ${meant}`;
}

function wordFor(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text in quotes',
    number: 'a number',
    boolean: 'true or false',
    Array: 'a list',
    Object: 'an object',
  };
  return words[expected] ?? `one of ${expected.replaceAll(/[()]/g, '').replaceAll(' | ', ', ')}`;
}

function ofRule(issue: v.BaseIssue<unknown>): { readonly problem: string; readonly remedy: string } {
  const seen = showValue(issue.input);
  const limit = String(issue.requirement);
  switch (issue.type) {
    case 'max_length':
      return { problem: 'It is too long.', remedy: `At most ${limit} are allowed.` };
    case 'min_length':
    case 'non_empty':
      return { problem: 'It is empty.', remedy: 'Write at least one.' };
    case 'min_value':
      return { problem: `${seen} is too small.`, remedy: `At least ${limit} is allowed.` };
    case 'max_value':
      return { problem: `${seen} is too large.`, remedy: `At most ${limit} is allowed.` };
    case 'integer':
    case 'safe_integer':
      return { problem: `${seen} is not a whole number.`, remedy: 'Write a whole number.' };
    default:
      return { problem: `${seen} cannot be used here.`, remedy: `Wanted: ${issue.expected ?? issue.type}.` };
  }
}
