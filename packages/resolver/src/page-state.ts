import type { Resolver } from './resolver.js';

/** An app that is loaded from one version and can be taken to stable. */
export interface Loaded {
  /** The version that loads now. */
  readonly version: () => string;
  readonly stable: string;
  /** Loads stable from now on; doing it twice is doing it once. */
  readonly fallBack: () => void;
}

/** What all copies of Sluice in one page share: Module Federation may load several. */
export interface PageState {
  /** The shell that runs, told by its boot script: taken as given. */
  shell?: { readonly app: string; readonly version: string };
  resolver?: Resolver;
  /** Apps by name, as far as they were asked for. */
  readonly loaded: Map<string, Loaded>;
  /** Apps whose components say themselves when they are on screen. */
  readonly rendered: Set<string>;
}

const key = '__SLUICE_1__';

export function pageState(): PageState {
  const holder = globalThis as { [key]?: PageState };
  return (holder[key] ??= { loaded: new Map(), rendered: new Set() });
}
