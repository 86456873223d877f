import { readFile } from 'node:fs/promises';
import { kinds, type Entry, type Values } from './kinds.js';

export interface Vector {
  /** Such as `assignment.json vectors[3]`. */
  readonly place: string;
  readonly kind: string;
  readonly entry: Entry;
  readonly expected: Values;
}

export interface VectorFile {
  readonly vectors: readonly Vector[];
  /** Relative, of numbers that are not whole. */
  readonly tolerance: number;
  /** What is in the file and cannot be run, a line each. */
  readonly notRun: readonly string[];
  /** Entries of a known kind that lack what the kind needs, a line each: they fail. */
  readonly malformed: readonly string[];
}

/** A file that is no vector file; the message says why and what would be one. */
export class NoVectors extends Error {}

/** Reads a file of vectors: each list of objects in it is a kind, by its name. */
export async function readVectors(path: string): Promise<VectorFile> {
  const document = await readJson(path);
  const vectors: Vector[] = [];
  const notRun: string[] = [];
  const malformed: string[] = [];
  for (const [name, list] of Object.entries(document)) {
    if (!Array.isArray(list)) continue;
    const kind = kinds.get(name);
    if (kind === undefined) notRun.push(`"${name}" (${String(list.length)}): not a kind that is known`);
    for (const [index, entry] of kind === undefined ? [] : list.entries()) {
      const place = `${name}[${String(index)}]`;
      if (isRecord(entry) && kind?.matches(entry) === true) {
        vectors.push({ place, kind: name, entry, expected: kind.expected(entry) });
      } else malformed.push(`${place} is not a vector of this kind: ${JSON.stringify(entry).slice(0, 120)}`);
    }
  }
  if (vectors.length === 0) throw new NoVectors(noneMessage(path, [...notRun, ...malformed.slice(0, 5)]));
  const tolerance = document['tolerance'];
  return { vectors, notRun, malformed, tolerance: typeof tolerance === 'number' ? tolerance : 1e-9 };
}

async function readJson(path: string): Promise<Entry> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new NoVectors(`Cannot read "${path}": ${error instanceof Error ? error.message : String(error)}.`);
  });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new NoVectors(`"${path}" is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  if (!isRecord(document)) throw new NoVectors(noneMessage(path, []));
  return document;
}

function noneMessage(path: string, notRun: readonly string[]): string {
  const known = [...kinds.keys()].map((name) => `"${name}"`).join(', ');
  const found = notRun.map((line) => `\n  ${line}`).join('');
  return `"${path}" holds no vectors that can be run. Wanted: an object with a list named ${known}.${found}`;
}

function isRecord(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
