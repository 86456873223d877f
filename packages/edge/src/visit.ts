import type { VisitorRules } from '@sluice/core';

/** What a request says of its visitor; each engine looks it up in its own way, by exact names. */
export interface Visit {
  readonly cookie: (name: string) => string | undefined;
  readonly query: (name: string) => string | null | undefined;
  /** By the name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/** What is the same for all visitors of an edge. */
export interface VisitRules extends VisitorRules {
  /** Header, in lower case, in which host or proxy names the visitor's region. */
  readonly regionHeader?: string | undefined;
  /** Cookies are for HTTPS only. */
  readonly secure: boolean;
}
