import { useSyncExternalStore } from 'react';
import type { AppDecision } from './decisions.js';

// What is really on screen, told by the apps themselves: after a fallback it is not what was decided.
const nothing = 'nothing';
const shown = new Map<string, string>();
const listeners = new Set<() => void>();

/** Records which version of an app is on screen. */
export function noteShown(app: string, version: string): void {
  shown.set(app, version);
  listeners.forEach((listener) => listener());
}

/** Records that no version of an app could be shown. */
export function noteBroken(app: string): void {
  noteShown(app, nothing);
}

/** `fallback`: another version than the decided one is on screen; `broken`: none is. */
export type Kind = 'stable' | 'canary' | 'fallback' | 'broken';

export interface Shown {
  readonly version: string;
  readonly kind: Kind;
}

/** The version that an app itself says is on screen; undefined until it is. */
export function useSeen(app: string): string | undefined {
  return useSyncExternalStore(subscribe, () => shown.get(app));
}

/** What is on screen of an app; before it is there, what was decided. */
export function useShown({ app, version, arm, stable }: AppDecision): Shown {
  const seen = useSeen(app);
  // The shell was chosen with the document, before this page decided anything: it is what it is.
  if (app === 'shell')
    return {
      version: import.meta.env.SLUICE_VERSION,
      kind: import.meta.env.SLUICE_VERSION === stable ? 'stable' : 'canary',
    };
  if (seen === nothing) return { version, kind: 'broken' };
  return seen === undefined || seen === version ? { version, kind: arm } : { version: seen, kind: 'fallback' };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
