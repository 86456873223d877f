import { allowedIdFrom, consentCookie, hasAgreed, isAllowedId } from '@sluice/core';
import { subjectOf } from './choose-version.js';
import type { Visit, VisitRules } from './visit.js';

// Part of the CloudFront Functions that are built with `visitors`: see choose-version.ts on how it is written.

/** What a visitor may be known by. */
export interface Identity {
  /** The id that the visitor has. */
  readonly known: string | undefined;
  /** The one for a visitor without; empty for who has not agreed to have one. */
  readonly offered: string;
}

/** The id of one device is none where ids are coarse, and none is where the visitor has not agreed. */
export function identify(rules: VisitRules, asking: Pick<Visit, 'cookie'>, random: string): Identity {
  if (!hasAgreed(rules, asking.cookie(consentCookie))) return { known: undefined, offered: '' };
  const id = subjectOf(asking);
  return { known: id && isAllowedId(rules, id) ? id : undefined, offered: allowedIdFrom(rules, random) };
}
