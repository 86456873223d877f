/** A piece of time in which the weight and the world are constant. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isIncident: boolean;
  readonly weightBp: number;
  readonly revision: number;
  /** Share of the pages that know this revision already; the others have the weight before, and are not counted. */
  readonly known: number;
  readonly weightBeforeBp: number;
}

/** Sessions of an arm that telemetry counts, and all that there were. */
export interface Counted {
  readonly sessions: number;
  readonly failed: number;
  readonly exposed: number;
  readonly exposedFailed: number;
}

/** Who comes in a span, by arm. */
export interface Crowd {
  come(span: Span): { readonly canary: Counted; readonly baseline: Counted };
}
