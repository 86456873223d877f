import type { PageDecision } from '@sluice/resolver';
import { getResolver } from '@sluice/resolver';
import { use } from 'react';

/** Which version of an app this page got, and why. */
export type AppDecision = PageDecision;

// Decided once per page load, for all apps; never rejects.
const decisions = getResolver().decisions();

export function useDecisions(): ReadonlyMap<string, AppDecision> {
  return use(decisions);
}

export function useDecision(app: string): AppDecision | undefined {
  return useDecisions().get(app);
}
