import type { VersionId } from '@sluice/core';
import { chooseVersion, type Deciding } from './choose-version.js';
import { identify } from './identify.js';
import { cacheControlFor, keepingCookie, type NewCookie } from './visit-headers.js';

// It runs in njs too: see choose-version.ts on how it is written.

/** What is asked; which id the visitor has is found out. */
export type Visiting = Omit<Deciding, 'known'>;

/** What an edge serves to a visitor, and the headers that go with it. */
export interface Decided {
  readonly version: VersionId;
  readonly cacheControl: string;
  /** `X-Sluice`: what was decided, and why. */
  readonly label: string;
  readonly cookie: NewCookie | undefined;
  /** The id for a visitor without one; empty for who has not agreed to have one. */
  readonly offered: string;
}

/**
 * {@link chooseVersion}, for edges that decide once for request and answer. A page has random letters with it for the id of a
 * new visitor. Who has not agreed to be known is given no cookie, and those that are there are taken away.
 */
export function decideVisit(visiting: Visiting, random: string | undefined): Decided {
  const app = visiting.app;
  const visit = visiting.visit;
  const rules = visiting.rules;
  const isPage = random !== undefined;
  const identity = identify(rules, visit, random || 'no page');
  const offered = identity.offered;
  const known = identity.known;
  const deciding = { app, pointer: visiting.pointer, visit, rules, claims: visiting.claims, known };
  const chosen = chooseVersion(deciding, isPage ? offered : undefined);
  const value = offered && (isPage ? offered : chosen.version);
  const keeping = keepingCookie({ app, value, secure: rules.secure }, isPage);
  const sets = offered ? chosen.sets : visit.cookie(keeping.name) !== undefined;
  const cookie = sets ? keeping : undefined;
  return { version: chosen.version, cacheControl: cacheControlFor(isPage), label: chosen.label, cookie, offered };
}
