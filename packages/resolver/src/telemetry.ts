import type { FailureKind } from '@sluice/core';

export interface Failure {
  readonly kind: FailureKind;
  readonly error: unknown;
  /** Stable was shown in the same page load. */
  readonly fellBack?: boolean | undefined;
}

/** What the page tells about its apps: one attempt and one outcome each. No method ever throws. */
export interface Telemetry {
  /** The app is being loaded: a session begins. */
  attempt(app: string): Promise<void>;
  /** The app is on screen. */
  ready(app: string): void;
  /** The app failed. */
  failed(app: string, failure: Failure): void;
  /** Something that the application measures or counts; its name is `[a-z][a-z0-9-]{0,31}`. */
  metric(app: string, name: string, value?: number): void;
}
