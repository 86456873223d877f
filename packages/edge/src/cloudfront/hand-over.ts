import type { Chosen } from '../choose-version.js';
import { settings } from './settings.js';

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

/**
 * What a path is for where nothing was handed over: short, because viewer-request has refused whatever is no path of the
 * platform. An app's file of a version, its pointer, the index and the API are undefined: they are passed on as they are.
 */
export function kindOf(uri: string, accept: string | undefined): 'page' | 'unversioned' | undefined {
  const parts = uri.split('/');
  const app = parts[1] as string;
  if (parts.length > 2 && typeof settings.apps[app] === 'string') {
    const isVersion = parts.length > 3 && /^(v[\da-f]|pr-)/.test(parts[2] as string);
    return isVersion || parts[2] === 'active-version.json' ? undefined : 'unversioned';
  }
  const isPage = app !== 'api' && accept && accept.includes('text/html') && uri.search(/\.[^/]*$/) < 0;
  return isPage || uri === '/' ? 'page' : undefined;
}
