import { describe } from 'vitest';
import type { Needed } from './edge-programs.js';

/** A part of the suite that needs programs of others: run where all are there, else listed as skipped with the reason. */
export function describeWith(needed: readonly Needed[], title: string, body: () => void): void {
  const missing = needed.find((one) => one.missing !== undefined)?.missing;
  describe.skipIf(missing !== undefined)(missing === undefined ? title : `${title} (not run: ${missing})`, body);
}
