import type { FailureKind } from '@sluice/core';

/** How an app failed that came so far: the error may know it better. */
export function kindOf(phase: FailureKind, error: unknown): FailureKind {
  // RUNTIME-015 where the runtime speaks alone, words where a container has loaded the module.
  if (/E-015|satisf/.test(error as string)) return 'incompatible';
  if (phase !== 'entry' && /Loading .*chunk|mport.* mod/.test(error as string)) return 'chunk';
  // What arrived and failed had begun to run.
  return phase === 'chunk' ? 'evaluate' : phase;
}
