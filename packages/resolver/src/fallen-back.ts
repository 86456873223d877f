import type { PageDecision } from './page-decision.js';
import { recall, remember } from './storage.js';

// Canaries that this browser could not load, by app: it stays on stable for them, also over reloads.
const key = 'sluice_fellback';

export function hasFallenBack({ app, version }: PageDecision): boolean {
  const all = stored();
  return Object.hasOwn(all, app) && all[app] === version;
}

export function rememberFallback({ app, version }: PageDecision): void {
  remember(key, { ...stored(), [app]: version });
}

function stored(): Readonly<Record<string, unknown>> {
  const value = recall(key);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
