import type { Decision, DecisionInput } from '@sluice/core';
import { decide as decideInPage } from '../../packages/resolver/src/decide.js';
import { readPointer as readInPage } from '../../packages/resolver/src/read-pointer.js';

// The page's own code, under the names that core has for the same.
export { bucketOf } from '../../packages/resolver/src/decide.js';
export { murmur3 } from '../../packages/resolver/src/murmur3.js';

export function readPointer(value: unknown): { readonly pointer: unknown } | undefined {
  const pointer = readInPage(value);
  return pointer && { pointer };
}

/** What core's `decide` answers; the page says more than that of a decision. */
export function decide({ app, pointer, ...visitor }: DecisionInput): Decision {
  const { version, arm, reason, bucket } = decideInPage(app, pointer, visitor);
  return { version, arm, reason, ...(bucket === undefined ? {} : { bucket }) };
}
