import type { AppId, Pointer, VersionId } from '@sluice/core';
import { decide, isBot, overrideOf } from '@sluice/core';
import { stickyName, stickyVersion } from './sticky.js';
import type { Visit, VisitRules } from './visit.js';

// The one decision of all edges. It is part of the CloudFront Function: written for engines of ECMAScript 5.1, without
// destructuring, spread, for-of, Map or Set, and with few bytes; the build refuses what such an engine could not run.
// It asks by `search`, because in njs a `test` that finds nothing costs twenty times as much.

export interface Deciding {
  readonly app: AppId;
  readonly pointer: Pointer;
  readonly visit: Visit;
  readonly rules: VisitRules;
  /** The visitor's id, if there is one that may be used. */
  readonly known: string | undefined;
  /** Audiences of which the visitor is proven to be; absent at an edge without keys. */
  readonly claims?: readonly string[] | undefined;
}

export interface Chosen {
  readonly version: VersionId;
  /** `X-Sluice`: what was decided, and why. */
  readonly label: string;
  /** Whether the visitor gets a cookie by which it is kept. */
  readonly sets: boolean;
}

/**
 * The version of a shell for a document: who has no id gets the new one, which is empty for who may have none. Without a new
 * id: the version for a path that names none, kept by the brief's cookie.
 */
export function chooseVersion(deciding: Deciding, newSubject: string | undefined): Chosen {
  const app = deciding.app;
  const pointer = deciding.pointer;
  const visit = deciding.visit;
  const regionHeader = deciding.rules.regionHeader;
  const known = deciding.known;
  const decision = decide({
    app,
    pointer,
    subject: known || newSubject,
    bot: isBot(visit.header('user-agent')),
    override: overrideOf(app, visit),
    claims: deciding.claims,
    region: regionHeader && visit.header(regionHeader),
  });
  const sticky = !newSubject && stickyVersion({ decision, pointer, cookie: visit.cookie(stickyName(app)) });
  const version = sticky ? sticky.version : decision.version;
  return { version, label: `${app}@${version}; reason=${decision.reason}`, sets: sticky ? sticky.set : !known };
}

/** The visitor's id; undefined where there is none, or one that Sluice never gave. */
export function subjectOf(visit: Pick<Visit, 'cookie'>): string | undefined {
  const value = visit.cookie('sluice_id');
  return value && value.search(/^[\w-]{1,64}$/) === 0 ? value : undefined;
}
