import { reasonInWords } from '@sluice/resolver/panel';
import type { AppDecision } from './decisions.js';
import type { Shown } from './shown.js';

/** Why this page shows this version, in plain words. */
export function reasonOf(decision: AppDecision, shown: Shown): string {
  if (shown.kind === 'broken') return 'failed to start, and there is no other version to show';
  if (shown.kind === 'fallback') return `canary ${decision.version} failed to start: showing stable`;
  const isOlderChoice = decision.app === 'shell' && (shown.version !== decision.version || decision.reason === 'error');
  return isOlderChoice ? 'chosen when you opened this page' : reasonInWords(decision);
}
