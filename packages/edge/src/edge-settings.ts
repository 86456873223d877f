import type { Shell } from './shell-for.js';
import type { VisitRules } from './visit.js';

/** What `sluice edge build` writes into a bundle: engines at the edge have no configuration and no environment. */
export interface EdgeSettings extends VisitRules {
  /** Folder in the store by app; `''` is the brief's layout. */
  readonly apps: Readonly<Record<string, string>>;
  readonly shells: readonly Shell[];
}
