import type { Problem } from '../scan.js';

/** What is looked at before a canary starts. */
export type PreflightCheck = 'files' | 'manifest' | 'served' | 'exposes' | 'shared' | 'chunks';

export interface PreflightProblem extends Problem {
  readonly check: PreflightCheck;
}

/** Something that could not be looked at, or that a person should know; it keeps nothing from starting. */
export interface PreflightNote {
  readonly check: PreflightCheck;
  readonly text: string;
}

export interface PreflightReport {
  readonly problems: readonly PreflightProblem[];
  readonly notes: readonly PreflightNote[];
  /** The versions that it was compared with, like `shell v1.0.0 (stable)`. */
  readonly compared: readonly string[];
}
