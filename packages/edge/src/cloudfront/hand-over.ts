import type { Chosen } from '../choose-version.js';

// What viewer-request tells viewer-response. Part of the CloudFront Functions: see choose-version.ts on how it is written.

/** Named as the answer's header; in the request that is passed on it says `page shell@v1.0.0; reason=bucket`, `set mfe1@…` or `keep mfe1@…`. */
export const decidedHeader = 'x-sluice';

export function handOver(chosen: Chosen, isPage: boolean): string {
  return `${isPage ? 'page' : chosen.sets ? 'set' : 'keep'} ${chosen.label}`;
}

/** `[, word, label, app, version]`; null for whatever viewer-request would not have written. */
export function takeOver(text: string | undefined): RegExpExecArray | null {
  return /^(page|set|keep) (([a-z][a-z0-9-]*)@([\w.-]+); reason=[a-z-]+)$/.exec(text || '');
}
