import type { PageDecision } from './decide.js';
import { recall, remember } from './storage.js';

// Trials whose canary this browser could not show, by app: it stays on stable in them, also over reloads.
const key = 'sluice_fellback';

/** The version to load: the decided one, or stable where this browser could not show the canary before. */
export function versionToLoad({ app, version, stable, reason, trial }: PageDecision): string {
  // Who asks for a canary by name gets to see it again.
  return reason !== 'override' && trial && stored()[app] === trial ? stable : version;
}

/** For this trial only: a version that is tried again, as by `sluice retry`, gets another chance in every browser. */
export function rememberFallback(app: string, trial: string | undefined): void {
  remember(key, { ...stored(), [app]: trial });
}

function stored(): Readonly<Record<string, unknown>> {
  return Object(recall(key)) as Record<string, unknown>;
}
