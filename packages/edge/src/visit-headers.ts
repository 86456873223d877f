import { stickyName } from './sticky.js';

// Part of the CloudFront Function: see choose-version.ts on how it is written.

export interface NewCookie {
  readonly name: string;
  readonly value: string;
  /** `Path=/; …` */
  readonly attributes: string;
}

/** A page's answer, with the visitor's id, is for one visitor; other answers without version are for whoever has the same. */
export function cacheControlFor(isPage: boolean): string {
  return isPage ? 'private, no-cache' : 'no-cache';
}

/** What keeps the visitor: a page's id, or the brief's cookie for paths that name no version. Empty: it is taken away. */
export function keepingCookie(
  kept: { readonly app: string; readonly value: string; readonly secure: boolean },
  isPage: boolean,
): NewCookie {
  const value = kept.value;
  const lasts = `Path=/; Max-Age=${value ? (isPage ? '31536000' : '3600') : '0'}; SameSite=Lax`;
  return {
    name: isPage ? 'sluice_id' : stickyName(kept.app),
    value,
    attributes: kept.secure ? `${lasts}; Secure` : lasts,
  };
}
