import type { AppId, VersionId } from '@sluice/core';
import { parseVersionId } from '@sluice/core';

// Part of the CloudFront Function: see decide-visit.ts on how it is written.

/** What a request is for. `file` is a path below the app's folder or, where there is a version, below that. */
export type Route =
  | {
      readonly kind: 'document' | 'unversioned' | 'pointer';
      readonly app: AppId;
      version?: never;
      readonly file: string;
    }
  | { readonly kind: 'versioned'; readonly app: AppId; readonly version: VersionId; readonly file: string }
  | { readonly kind: 'index' | 'api' | 'not-found' | 'bad-path'; app?: never; version?: never; file?: never };

export interface RouteInput {
  /** Path of the request line, still encoded, without query. */
  readonly path: string;
  /** `Accept`. */
  readonly accept: string | undefined;
  readonly isApp: (name: string | undefined) => name is AppId;
  /** Which shell answers documents, by the longest mount that is a prefix of the path. */
  readonly shellFor: (path: string) => AppId | undefined;
}

/** Pure: the same path gives the same route. Paths that try to leave their place are `bad-path`. */
export function routeRequest(input: RouteInput): Route {
  const path = decoded(input.path);
  if (!path) return { kind: 'bad-path' };
  const parts = path.slice(1).split('/');
  const app = parts[0];
  if (path === '/platform-index.json') return { kind: 'index' };
  if (app === 'api') return { kind: 'api' };
  if (parts[1] !== undefined && input.isApp(app)) {
    const version = parseVersionId(parts[1]);
    const file = parts.slice(version ? 2 : 1).join('/');
    if (version) return parts[2] === undefined ? { kind: 'not-found' } : { kind: 'versioned', app, version, file };
    return { kind: file === 'active-version.json' ? 'pointer' : 'unversioned', app, file };
  }
  const shell = input.shellFor(path);
  const wantsPage = input.accept && input.accept.includes('text/html') && !/\.[^/]*$/.test(path);
  return shell && wantsPage ? { kind: 'document', app: shell, file: 'index.html' } : { kind: 'not-found' };
}

/** Decoded once; undefined for anything that is encoded twice, leaves its folder, hides, or cannot be a key. */
function decoded(path: string): string | undefined {
  // Only what a request line may hold. A key never has control characters or a backslash, and headers must not get
  // them; an encoded slash would make one segment two.
  if (!/^\/((?!%([01]|7f|5c|2f)|\\)[!-~])*$/i.test(path) || path.length > 2048) return undefined;
  try {
    const text = decodeURIComponent(path);
    // Still encoded, hidden, or empty in the middle.
    return /%[0-9a-f]{2}|\/[./]/i.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
