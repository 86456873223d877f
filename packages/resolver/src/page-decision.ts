import type { Decision, Pointer } from '@sluice/core';
import { cookie, decide, isBot, overrideOf, parseVersionId } from '@sluice/core';
import { grants, previewOf } from './grants.js';
import { pageState } from './page-state.js';

/** Which version of an app this page got, and why. */
export interface PageDecision extends Decision {
  readonly app: string;
  readonly stable: string;
  /** Canary's share in percent. */
  readonly percent: number;
  readonly generation?: number;
}

export function decideInPage(app: string, pointer: Pointer, subject: string | undefined): PageDecision {
  const preview = parseVersionId(previewOf(app));
  const decision: Decision = preview
    ? { version: preview, arm: 'canary', reason: 'override' }
    : decided(app, pointer, subject);
  const { generation } = pointer;
  return {
    ...asRunning(app, pointer, decision),
    app,
    stable: pointer.version,
    percent: pointer.canaryPercent,
    ...(generation === undefined ? {} : { generation }),
  };
}

function decided(app: string, pointer: Pointer, subject: string | undefined): Decision {
  return decide({
    app,
    pointer,
    subject,
    claims: grants(),
    bot: isBot(navigator.userAgent),
    override: overrideOf(app, {
      query: (name) => new URLSearchParams(location.search).get(name),
      cookie: (name) => cookie(document.cookie, name),
      header: () => undefined,
    }),
  });
}

/** The shell that runs was chosen with its document: it is taken as given, and counted only if it is what is decided now. */
function asRunning(app: string, pointer: Pointer, decision: Decision): Decision {
  const { shell } = pageState();
  if (shell?.app !== app || shell.version === decision.version) return decision;
  const arm = shell.version === pointer.canaryVersion ? 'canary' : 'stable';
  return { version: shell.version as Decision['version'], arm, reason: 'error' };
}
