import * as v from 'valibot';

/** One thing that is wrong, where, and what to do about it. */
export interface Issue {
  /** Path within the document, like `apps.mfe1.kind`; `.` is the document itself. */
  readonly place: string;
  readonly problem: string;
  readonly remedy: string;
}

/** A value, or everything that is wrong with it: never the first problem alone. */
export type Parsed<T> =
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'invalid'; readonly issues: readonly Issue[] };

export function invalid(issues: readonly Issue[]): { readonly kind: 'invalid'; readonly issues: readonly Issue[] } {
  return { kind: 'invalid', issues };
}

/** Issues of valibot in our words. A message may carry its remedy behind " | ". */
export function issuesOf(found: readonly v.BaseIssue<unknown>[]): readonly Issue[] {
  return found.map((issue) => {
    const [problem, remedy] = issue.message.split(' | ');
    return {
      place: v.getDotPath(issue) ?? '.',
      problem: problem ?? issue.message,
      remedy: remedy ?? 'Correct it.',
    };
  });
}

const largestDocument = 16 * 1024 * 1024;

/** JSON from storage: bounded, and without keys that could reach a prototype. */
export function parseJson(text: string): Parsed<unknown> {
  if (text.length > largestDocument) {
    return invalid([
      { place: '.', problem: `The document has ${String(text.length)} characters.`, remedy: 'At most 16 MiB.' },
    ]);
  }
  try {
    return { kind: 'ok', value: JSON.parse(text, withoutPrototype) as unknown };
  } catch (error) {
    return invalid([
      {
        place: '.',
        problem: `It is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'Restore it from a backup, or mend it by hand.',
      },
    ]);
  }
}

/** `__proto__` as a key is data to JSON.parse but not to what copies it later: it is dropped. */
function withoutPrototype(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

export function parseShape<S extends v.GenericSchema>(shape: S, value: unknown): Parsed<v.InferOutput<S>> {
  const result = v.safeParse(shape, value);
  return result.success ? { kind: 'ok', value: result.output } : invalid(issuesOf(result.issues));
}
