import type { FailureKind } from '@sluice/core';
import type { Resolver } from './resolver.js';
import type { Failure, Telemetry } from './telemetry.js';

/** An app that is loaded from one version and can be taken to stable. */
export interface Loaded {
  readonly app: string;
  readonly stable: string;
  /** The version that this page began with. */
  readonly first: string;
  /** The version that loads now. */
  version: string;
  /** When it was asked for. */
  readonly startMs: number;
  /** How far its loading got. */
  phase: FailureKind;
  /** Called after a fallback, for those who load or show the app. */
  readonly listeners: Set<() => void>;
  /** Loads stable from now on; false where the page began with stable. Twice is once. */
  fallBack(): boolean;
}

/** What all copies of Sluice in one page share: Module Federation may load several. */
export interface PageState {
  /** The shell that runs, told by its boot script: taken as given. */
  shell?: { readonly app: string; readonly version: string };
  resolver?: Resolver;
  /** Absent where nobody reports: neither the boot script, nor the plugin, nor `@sluice/resolver/report`. */
  telemetry?: Telemetry;
  /** Apps that something on this page loads, or has loaded. */
  readonly asked: Set<string>;
  /** Those that can be taken to stable, by name. */
  readonly loaded: Map<string, Loaded>;
  /** Apps whose components say themselves when they are on screen. */
  readonly rendered: Set<string>;
  /** What failed last of each app, for people who look at the page; kept whether it is sent or not. */
  failures?: Record<string, Failure>;
  /** The application offers the panel. */
  offersPanel?: true;
  /** Share of the pages outside rollouts that report, as the index has it. */
  sampleRate?: unknown;
  /** What the application does about versions that were taken back; see `onUpdate`. */
  onUpdate?: (update: Update) => void;
}

/** Versions on this page that nobody may keep. */
export interface Update {
  readonly apps: readonly string[];
  /** Loads the page anew. */
  readonly reload: () => void;
}

const key = '__SLUICE_1__';

export function pageState(): PageState {
  const holder = globalThis as { [key]?: PageState };
  return (holder[key] ??= { asked: new Set(), loaded: new Map(), rendered: new Set() });
}

/** The version of an app that runs on this page. */
export function runningVersion(app: string): string | undefined {
  const { shell, loaded } = pageState();
  return shell?.app === app ? shell.version : loaded.get(app)?.version;
}
