import type { Parsed } from './parsed.js';
import { invalid } from './parsed.js';

const largestDocument = 16 * 1024 * 1024;
/** Our documents nest six deep; what nests hundreds deep wants to exhaust somebody's stack. */
const deepestNesting = 64;

/** JSON from storage: bounded in size and depth, and without keys that could reach a prototype. */
export function parseJson(text: string): Parsed<unknown> {
  if (text.length > largestDocument) {
    const problem = `The document has ${String(text.length)} characters.`;
    return invalid([{ place: '.', problem, remedy: 'At most 16 MiB are read. Restore it from a backup.' }]);
  }
  if (nestingOf(text) > deepestNesting) {
    const problem = `The document nests more than ${String(deepestNesting)} deep.`;
    return invalid([{ place: '.', problem, remedy: 'Sluice never writes such a document. Restore it from a backup.' }]);
  }
  try {
    // Looking at every key makes reading five times slower: only a text that could spell it is looked at.
    const value: unknown = suspicious.test(text) ? JSON.parse(text, withoutPrototype) : JSON.parse(text);
    return { kind: 'ok', value };
  } catch (error) {
    const problem = `It is not JSON: ${error instanceof Error ? error.message : String(error)}.`;
    return invalid([{ place: '.', problem, remedy: 'Restore it from a backup, or mend it by hand.' }]);
  }
}

const suspicious = /__proto__|\\u/;

/** `__proto__` as a key is data to JSON.parse but not to what copies it later: it is dropped. */
function withoutPrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/** How deep brackets nest outside of strings, read once from left to right; stops where it is too deep. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length && deepest <= deepestNesting; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, (depth += 1));
    else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}
