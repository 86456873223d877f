import * as v from 'valibot';
import { wordingOf } from './wording.js';

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

/** Issues of valibot in our words. */
export function issuesOf(found: readonly v.BaseIssue<unknown>[]): readonly Issue[] {
  return found.map((issue) => ({ place: v.getDotPath(issue) ?? '.', ...wordingOf(issue) }));
}

export function parseShape<S extends v.GenericSchema>(shape: S, value: unknown): Parsed<v.InferOutput<S>> {
  const result = v.safeParse(shape, value);
  return result.success ? { kind: 'ok', value: result.output } : invalid(issuesOf(result.issues));
}

/** An object that is no list and no null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object of our documents; valibot alone takes a list for one. */
export const recordShape = v.custom<Readonly<Record<string, unknown>>>(
  isRecord,
  'It is not an object. | Write an object: { … }.',
);
