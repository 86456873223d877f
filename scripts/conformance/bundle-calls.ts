import * as core from '@sluice/core';
import type { FunctionBundle } from '../edge/bundle.js';
import type { Entry, Values } from './kinds.js';
import type { Vector } from './vectors.js';

/** A call of a function in the CloudFront bundle, and what its answer is in the words of the vectors. */
export interface BundleCall {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly answer: (value: unknown) => Values;
}

/** The calls for a vector; undefined where nothing in the bundle could answer it. */
export function callsFor(bundle: FunctionBundle, { kind, entry }: Vector): readonly BundleCall[] | undefined {
  if (kind === 'vectors') return assignmentCalls(entry);
  return kind === 'decisions' ? decisionCalls(bundle, entry) : undefined;
}

function assignmentCalls({ salt, subject, hash }: Entry): readonly BundleCall[] {
  const bucket: BundleCall = { name: 'bucketOf', args: [salt, subject], answer: (value) => ({ bucket: value }) };
  const whole: BundleCall = {
    name: 'murmur3',
    args: [`${String(salt)}:${String(subject)}`],
    answer: (value) => ({ hash: value }),
  };
  return hash === undefined ? [bucket] : [whole, bucket];
}

/** The engine gets what it gets at the edge: the entry that was made of the pointer. */
function decisionCalls({ names }: FunctionBundle, entry: Entry): readonly BundleCall[] {
  const { name: _name, pointer, expected: _expected, ...asked } = entry;
  const read = core.readPointer(pointer);
  if (read === undefined) return [];
  const given = { ...asked, pointer: JSON.parse(core.edgeEntryOf(read.pointer)) as unknown };
  const back = new Map(Object.entries(names.properties).map(([long, short]) => [short, long]));
  return [
    {
      name: 'decide',
      args: [renamed(given, (key) => names.properties[key] ?? key)],
      answer: (value) => renamed(value as Entry, (key) => back.get(key) ?? key),
    },
  ];
}

function renamed(value: Entry, name: (key: string) => string): Entry {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [name(key), field]));
}
