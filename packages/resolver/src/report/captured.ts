import type { FailureKind } from '@sluice/core';
import { runningVersion } from '../page-state.js';

/** Something in the page failed, and it lies with one app: by the address of a file, or by the first frame of a stack. */
export type OnCaptured = (app: string, kind: FailureKind, error: unknown) => void;

/** Listens for what nobody catches: scripts and stylesheets that do not come, errors, rejections. */
export function captureErrors(onCaptured: OnCaptured): void {
  const capture = (text: unknown, kind: FailureKind, error = text): void => {
    const app = ownerOf(String(text));
    if (app) onCaptured(app, kind, error);
  };
  addEventListener(
    'error',
    ({ target, error, message, filename }: ErrorEvent) => {
      const { localName, src, rel, href } = target as Partial<HTMLScriptElement & HTMLLinkElement>;
      if (localName === 'script') capture(src, 'entry');
      else if (rel === 'stylesheet') capture(href, 'stylesheet');
      else if (!localName) capture((error as Partial<Error> | null)?.stack ?? filename, 'error', error ?? message);
    },
    true,
  );
  addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
    capture((reason as Partial<Error> | null)?.stack, 'error', reason);
  });
}

/**
 * The app of this page that an address or a stack names first; nobody where it names a version of it that does not run,
 * as that of a canary which was given up: who called it has nothing to do with it. Nor where an extension is in it.
 */
export function ownerOf(text: string): string | undefined {
  if (text.includes('-extension:')) return undefined;
  for (const [, app, version] of text.matchAll(/\/([a-z][a-z0-9-]*)\/((?:v|pr-)[\w.-]+)\//g)) {
    const running = runningVersion(app as string);
    if (running) return running === version ? app : undefined;
  }
  return undefined;
}
