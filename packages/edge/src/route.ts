import type { AppId, VersionId } from '@sluice/core';
import { parseVersionId } from '@sluice/core';
import { shellFor, type Shell } from './shell-for.js';

// Part of the CloudFront Function: see choose-version.ts on how it is written.

/** What a request is for. `file` is a path below the app's folder or, where there is a version, below that. */
export type Route =
  | {
      readonly kind: 'document' | 'unversioned' | 'pointer';
      readonly app: AppId;
      readonly version?: never;
      readonly file: string;
      readonly status?: never;
    }
  | {
      readonly kind: 'versioned';
      readonly app: AppId;
      readonly version: VersionId;
      readonly file: string;
      readonly status?: never;
    }
  | Elsewhere<'index' | 'api', never>
  /** 400: no path of any platform. 404: there is nothing. */
  | Elsewhere<'refused', 400 | 404>;

interface Elsewhere<Kind extends string, Status extends number> {
  readonly kind: Kind;
  readonly app?: never;
  readonly version?: never;
  readonly file?: never;
  readonly status?: Status;
}

const nothing: Route = { kind: 'refused', status: 404 };

/** Which apps and shells there are. */
export interface Places {
  /** Folder in the store by app; `''` is the brief's layout. */
  readonly apps: Readonly<Record<string, string>>;
  readonly shells: readonly Shell[];
}

/**
 * Pure: the same path gives the same route. It is the path of the request line, still encoded, without query; paths that
 * try to leave their place are refused with 400.
 */
export function routeRequest(places: Places, asked: string, accept: string | undefined): Route {
  const path = decoded(asked);
  if (!path) return { kind: 'refused', status: 400 };
  if (path === '/platform-index.json') return { kind: 'index' };
  const first = path.indexOf('/', 1);
  const app = path.slice(1, first < 0 ? path.length : first) as AppId;
  if (app === 'api') return { kind: 'api' };
  if (first > 0 && typeof places.apps[app] === 'string') {
    const rest = path.slice(first + 1);
    const second = rest.indexOf('/');
    const version = parseVersionId(second < 0 ? rest : rest.slice(0, second));
    const file = version ? rest.slice(version.length + 1) : rest;
    if (!file) return nothing;
    if (version) return { kind: 'versioned', app, version, file };
    return { kind: file === 'active-version.json' ? 'pointer' : 'unversioned', app, file };
  }
  const shell = shellFor(places.shells, path);
  // The start page is for whoever asks: nothing else can be there. Below it `*/*` may be a fetch() for data.
  const wantsPage = path === '/' || (accept && accept.includes('text/html') && path.search(/\.[^/]*$/) < 0);
  return shell && wantsPage ? { kind: 'document', app: shell, file: 'index.html' } : nothing;
}

/** Decoded once; undefined for anything that is encoded twice, leaves its folder, hides, or cannot be a key. */
function decoded(path: string): string | undefined {
  // Only what a request line may hold. A key never has control characters or a backslash, and headers must not get
  // them; an encoded slash would make one segment two.
  if (path.length > 2048 || path.search(/^[^/]|[^!-~]|\\|%([01]|7f|5c|2f)/i) >= 0) return undefined;
  try {
    const text = path.includes('%') ? decodeURIComponent(path) : path;
    // Still encoded, hidden, or empty in the middle.
    return text.search(/%[0-9a-f]{2}|\/[./]/i) < 0 ? text : undefined;
  } catch {
    return undefined;
  }
}
