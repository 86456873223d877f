import { stickyName } from './sticky.js';

// Part of the CloudFront Function: see choose-version.ts on how it is written.

export interface NewCookie {
  readonly name: string;
  readonly value: string;
  /** `Path=/; …` */
  readonly attributes: string;
}

/** A page's answer, with the visitor's id, is for one visitor; other answers without version are for whoever has the same. */
export function cacheControlFor(newSubject: string | undefined): string {
  return newSubject ? 'private, no-cache' : 'no-cache';
}

/** What keeps the visitor: a page's id, or the brief's cookie for paths that name no version. */
export function keepingCookie(
  kept: { readonly app: string; readonly version: string; readonly secure: boolean },
  newSubject: string | undefined,
): NewCookie {
  const lasts = `Path=/; Max-Age=${newSubject ? '31536000' : '3600'}; SameSite=Lax`;
  return {
    name: newSubject ? 'sluice_id' : stickyName(kept.app),
    value: newSubject || kept.version,
    attributes: kept.secure ? `${lasts}; Secure` : lasts,
  };
}
