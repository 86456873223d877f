import type { CloudFrontEvent, CloudFrontRequest, CloudFrontResponse } from '../cloudfront/event.js';
import type { EdgeSettings } from '../edge-settings.js';
import type { Source } from './cloudfront-shim.js';
import { asCloudFront, type NginxRequest } from './request.js';

// Runs the CloudFront Functions, as they are deployed there, for a request of nginx. It runs in njs, and is written as
// choose-version.ts is. What is declared here is imported and written above it by `sluice edge build`.
declare const request: { handler(event: CloudFrontEvent): Promise<CloudFrontRequest | { statusCode: number }> };
declare const response: { handler(event: CloudFrontEvent): Promise<CloudFrontResponse> };
declare const cloudfront: { use(source: Source): void };
declare const SLUICE: EdgeSettings & {
  /** The store's folder; undefined where files come from an origin. */
  readonly root?: string;
};
declare const fs: {
  readFileSync(path: string, encoding: 'utf8'): string;
  writeFileSync(path: string, text: string): void;
  renameSync(from: string, to: string): void;
};
/** `conf_prefix` is the folder of nginx.conf, in which all of this lies. */
declare const ngx: { readonly conf_prefix: string };
declare const process: { readonly pid: number };

const texts: Readonly<Record<string, string>> = {
  '400': 'That is not a path of this platform.',
  '404': 'There is nothing here.',
  '405': 'Only GET and HEAD are answered here.',
  '503': 'Nothing is deployed here yet, or its pointer cannot be read.',
};

async function route(r: NginxRequest): Promise<void> {
  if (r.method !== 'GET' && r.method !== 'HEAD') {
    r.headersOut['Allow'] = 'GET, HEAD';
    refuse(r, 405);
    return;
  }
  cloudfront.use({ load: (app) => pointerText(r, app), recall, remember });
  const context = { eventType: 'viewer-request', requestId: r.variables['request_id'] as string };
  const asked = await request.handler({ context, request: asCloudFront(r) });
  if ('statusCode' in asked) {
    refuse(r, asked.statusCode);
    return;
  }
  const empty = { statusCode: 200, headers: {}, cookies: {} };
  const answer = await response.handler({ context, request: asked, response: empty });
  const isPointer = /\/(active-version|platform-index)\.json$/.test(asked.uri);
  if (isPointer) r.variables['sluice_cache_control'] = 'public, max-age=0, s-maxage=5, must-revalidate';
  say(r, answer);
  r.internalRedirect(`/sluice/${isPointer ? 'pointers' : 'files'}${asked.uri}`);
}

/** A folder is read at once; an origin is asked through nginx's own cache. */
async function pointerText(r: NginxRequest, app: string): Promise<string> {
  const prefix = SLUICE.apps[app];
  const key = prefix ? `${prefix}/active-version.json` : 'active-version.json';
  if (SLUICE.root) return textOf(`${SLUICE.root}/${key}`);
  const reply = await r.subrequest(`/sluice/pointers/${key}`);
  return reply.status === 200 ? reply.responseText : '';
}

function recall(app: string): string {
  return textOf(lastGood(app));
}

/** Whole or not at all; where nothing can be written there is no last good pointer, and nothing else is amiss. */
function remember(app: string, text: string): void {
  const path = lastGood(app);
  try {
    // Of this worker, which does one thing at a time.
    const own = `${path}.${String(process.pid)}`;
    fs.writeFileSync(own, text);
    fs.renameSync(own, path);
  } catch {
    return;
  }
}

/** An engine lives for one request: what outlives it is in a file. */
function lastGood(app: string): string {
  return `${ngx.conf_prefix}run/${app}.pointer`;
}

function textOf(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** For `add_header` of the configuration, which leaves out what is empty. */
function say(r: NginxRequest, answer: CloudFrontResponse): void {
  const headers = answer.headers as CloudFrontRequest['headers'];
  const decided = headers['cache-control'];
  const label = headers['x-sluice'];
  if (decided) r.variables['sluice_cache_control'] = decided.value;
  if (label) r.variables['sluice_label'] = label.value;
  const cookies = answer.cookies || {};
  const name = Object.keys(cookies)[0];
  const cookie = name && cookies[name];
  if (cookie) r.variables['sluice_cookie'] = `${name}=${cookie.value}; ${String(cookie.attributes)}`;
}

function refuse(r: NginxRequest, status: number): void {
  r.headersOut['Content-Type'] = 'text/plain; charset=utf-8';
  r.headersOut['Cache-Control'] = 'no-store';
  r.headersOut['X-Content-Type-Options'] = 'nosniff';
  r.return(status, `${texts[String(status)] as string}\n`);
}

export const sluice = { route };
