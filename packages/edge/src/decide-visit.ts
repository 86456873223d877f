import type { AppId, Pointer, VersionId } from '@sluice/core';
import { decide, isBot, overrideOf } from '@sluice/core';
import { stickyName, stickyVersion } from './sticky.js';
import type { Visit, VisitRules } from './visit.js';

// The one decision of all edges. It is part of the CloudFront Function: written for engines of ECMAScript 5.1, without
// destructuring, spread, for-of, Map or Set, and with few bytes. The build refuses what such an engine could not run.

export interface Deciding {
  readonly app: AppId;
  readonly pointer: Pointer;
  readonly visit: Visit;
  readonly rules: VisitRules;
  /** Audiences of which the visitor is proven to be; absent at an edge without keys. */
  readonly claims?: readonly string[] | undefined;
}

/** What an edge serves to a visitor, and the headers that go with it. */
export interface Decided {
  readonly version: VersionId;
  readonly cacheControl: string;
  /** `X-Sluice`: what was decided, and why. */
  readonly label: string;
  readonly cookie: NewCookie | undefined;
}

export interface NewCookie {
  readonly name: string;
  readonly value: string;
  /** `Path=/; …` */
  readonly attributes: string;
}

/**
 * The version of a shell for a document: who has no id gets the new one. Without a new id: the version for a path that
 * names none, kept by the brief's cookie.
 */
export function decideVisit(deciding: Deciding, newSubject: string | undefined): Decided {
  const app = deciding.app;
  const pointer = deciding.pointer;
  const visit = deciding.visit;
  const regionHeader = deciding.rules.regionHeader;
  const known = subjectOf(visit);
  const decision = decide({
    app,
    pointer,
    subject: known || newSubject,
    bot: isBot(visit.header('user-agent')),
    override: overrideOf(app, visit),
    claims: deciding.claims,
    region: regionHeader && visit.header(regionHeader),
  });
  const name = stickyName(app);
  const sticky = stickyVersion({ decision, pointer, cookie: visit.cookie(name) });
  const version = newSubject ? decision.version : sticky.version;
  const lasts = `Path=/; Max-Age=${newSubject ? '31536000' : '3600'}; SameSite=Lax`;
  const cookie = {
    name: newSubject ? 'sluice_id' : name,
    value: newSubject || version,
    attributes: deciding.rules.secure ? `${lasts}; Secure` : lasts,
  };
  return {
    version,
    cacheControl: newSubject ? 'private, no-cache' : 'no-cache',
    label: `${app}@${version}; reason=${decision.reason}`,
    cookie: (newSubject ? !known : sticky.set) ? cookie : undefined,
  };
}

/** The visitor's id; undefined where there is none, or one that Sluice never gave. */
function subjectOf(visit: Visit): string | undefined {
  const value = visit.cookie('sluice_id');
  return value && /^[\w-]{1,64}$/.test(value) ? value : undefined;
}
