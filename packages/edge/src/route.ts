import type { AppId, VersionId } from '@sluice/core';
import { parseAppId, parseVersionId } from '@sluice/core';

/** What a request is for. */
export type Route =
  | { readonly kind: 'document'; readonly shell: AppId }
  | { readonly kind: 'versioned'; readonly app: AppId; readonly version: VersionId; readonly file: string }
  | { readonly kind: 'unversioned'; readonly app: AppId; readonly file: string }
  | { readonly kind: 'pointer'; readonly app: AppId }
  | { readonly kind: 'index' }
  | { readonly kind: 'api' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'bad-path' };

export interface RouteInput {
  /** Path of the request line, still encoded, without query. */
  readonly path: string;
  /** `Accept`. */
  readonly accept: string | undefined;
  readonly apps: ReadonlySet<string>;
  /** Which shell answers documents, by the longest mount that is a prefix of the path. */
  readonly shellFor: (path: string) => AppId | undefined;
}

/** Pure: the same path gives the same route. Paths that try to leave their place are `bad-path`. */
export function routeRequest(input: RouteInput): Route {
  const path = decoded(input.path);
  if (path === undefined) return { kind: 'bad-path' };
  const [, first = '', ...rest] = path.split('/');
  if (path === '/platform-index.json') return { kind: 'index' };
  if (first === 'api') return { kind: 'api' };
  const app = parseAppId(first);
  if (app !== undefined && input.apps.has(app) && path !== `/${first}`) return underApp(app, rest);
  return document(input, path);
}

function underApp(app: AppId, rest: readonly string[]): Route {
  const [head = '', ...tail] = rest;
  if (rest.length === 1 && head === 'active-version.json') return { kind: 'pointer', app };
  const version = parseVersionId(head);
  if (version !== undefined) {
    return tail.length === 0 ? { kind: 'not-found' } : { kind: 'versioned', app, version, file: tail.join('/') };
  }
  return { kind: 'unversioned', app, file: rest.join('/') };
}

function document(input: RouteInput, path: string): Route {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const shell = input.shellFor(path);
  const wantsPage = input.accept?.includes('text/html') === true;
  return shell !== undefined && wantsPage && !last.includes('.') ? { kind: 'document', shell } : { kind: 'not-found' };
}

/** Decoded once; undefined for anything that is encoded twice, leaves its folder, hides, or cannot be a key. */
function decoded(path: string): string | undefined {
  if (!path.startsWith('/') || path.length > 2048) return undefined;
  let text: string;
  try {
    text = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  // A key never has control characters, and headers must not get them.
  if (hasControl(text) || text.includes('\\') || /%[0-9a-f]{2}/i.test(text)) return undefined;
  const segments = text.slice(1).split('/');
  const inner = segments.slice(0, -1);
  if (segments.some((segment) => segment.startsWith('.')) || inner.includes('')) return undefined;
  // An encoded slash would make one segment two.
  return /%2f/i.test(path) ? undefined : text;
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
