import type { VersionId } from '@sluice/core';
import { chooseVersion, type Deciding } from './choose-version.js';
import { cacheControlFor, keepingCookie, type NewCookie } from './visit-headers.js';

// It runs in njs too: see choose-version.ts on how it is written.

/** What an edge serves to a visitor, and the headers that go with it. */
export interface Decided {
  readonly version: VersionId;
  readonly cacheControl: string;
  /** `X-Sluice`: what was decided, and why. */
  readonly label: string;
  readonly cookie: NewCookie | undefined;
}

/** {@link chooseVersion}, for edges that decide once for request and answer. */
export function decideVisit(deciding: Deciding, newSubject: string | undefined): Decided {
  const chosen = chooseVersion(deciding, newSubject);
  const kept = { app: deciding.app, version: chosen.version, secure: deciding.rules.secure };
  const cookie = chosen.sets ? keepingCookie(kept, newSubject) : undefined;
  return { version: chosen.version, cacheControl: cacheControlFor(newSubject), label: chosen.label, cookie };
}
