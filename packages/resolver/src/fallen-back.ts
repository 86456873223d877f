import type { PageDecision } from './decide.js';
import { recall, remember } from './storage.js';

// Canaries that this browser could not show, by app: it stays on stable for them, also over reloads.
const key = 'sluice_fellback';

/** The version to load: the decided one, or stable where this browser could not show the canary before. */
export function versionToLoad({ app, version, stable, reason }: PageDecision): string {
  // Who asks for a canary by name gets to see it again.
  return reason !== 'override' && stored()[app] === version ? stable : version;
}

export function rememberFallback(app: string, version: string): void {
  remember(key, { ...stored(), [app]: version });
}

function stored(): Readonly<Record<string, unknown>> {
  return Object(recall(key)) as Record<string, unknown>;
}
