import type { FailureKind } from '@sluice/core';

/** How an app failed that came so far: the error may know it better. */
export function kindOf(phase: FailureKind, error: unknown): FailureKind {
  const text = String(error);
  // RUNTIME-015 where the runtime speaks alone, words where a container has loaded the module.
  if (/RUNTIME-015|does not satisfy/.test(text)) return 'incompatible';
  return phase !== 'entry' && /Loading .*chunk|imported mod|Importing/.test(text) ? 'chunk' : phase;
}
