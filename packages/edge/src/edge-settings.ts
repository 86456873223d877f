import type { Places } from './route.js';
import type { VisitRules } from './visit.js';

/** What `sluice edge build` writes into a bundle: engines at the edge have no configuration and no environment. */
export interface EdgeSettings extends VisitRules, Places {}
