import type { VisitorRules } from '@sluice/core';
import { bundleViewerRequest, bundleViewerResponse } from '../../scripts/edge/bundle.js';
import type { BundleEngine } from '../../scripts/conformance/bundle-engines.js';
import { quote } from '../../scripts/conformance/quote.js';

export interface Request {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly cookies: Readonly<Record<string, { readonly value: string }>>;
  readonly querystring: Readonly<Record<string, { readonly value: string }>>;
}

export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: string;
  readonly cookies?: Readonly<Record<string, { readonly value: string; readonly attributes: string }>>;
}

export interface Event {
  readonly version: '1.0';
  readonly context: { readonly eventType: string; readonly requestId: string };
  readonly request: Request;
  readonly response?: Response;
}

/** What the function made of an event, and which keys it has read. */
export interface Handled {
  readonly result: Request | Response;
  readonly read: readonly string[];
}

const settings = {
  apps: { shell: 'shell', admin: 'admin', mfe1: 'mfe1', mfe2: 'mfe2', old: '', team: 'teams/one' },
  shells: [
    ['/admin', 'admin'],
    ['', 'shell'],
  ],
  regionHeader: 'cloudfront-viewer-country',
  secure: true,
};

export function request(uri: string, more: Partial<Request> = {}): Request {
  const headers = { accept: { value: 'text/html,*/*' }, ...more.headers };
  return { method: 'GET', cookies: {}, querystring: {}, ...more, uri, headers };
}

const requestId = 'ju8SHWwKO8x9BsCs7VgyJ2hDbcMgTQNGkkCMBJ5gT4uDQ4GpTjaHyA==';

export function asked(of: Request): Event {
  return { version: '1.0', context: { eventType: 'viewer-request', requestId }, request: of };
}

export function answered(of: Request): Event {
  const response = { statusCode: 200, headers: { 'cache-control': { value: 'immutable' } }, cookies: {} };
  return { version: '1.0', context: { eventType: 'viewer-response', requestId }, request: of, response };
}

type Kind = 'plain' | 'with visitors';
const bundles = new Map<Kind, Promise<readonly { readonly code: string }[]>>();

function bundled(kind: Kind): Promise<readonly { readonly code: string }[]> {
  const made = bundles.get(kind) ?? Promise.all([bundleViewerRequest(kind), bundleViewerResponse(kind)]);
  bundles.set(kind, made);
  return made;
}

/** Lets the functions, as they are deployed, handle events in an engine; entries are the key-value store's. */
export async function handle(
  engine: BundleEngine,
  entries: Readonly<Record<string, string>>,
  events: readonly Event[],
  visitors: VisitorRules = {},
): Promise<readonly Handled[]> {
  const kind = Object.keys(visitors).length === 0 ? 'plain' : 'with visitors';
  const [forRequest, forResponse] = (await bundled(kind)).map(
    ({ code }) => `(function () {\n${code}\nreturn handler;\n})()`,
  );
  const store = `export default {
    reads: [],
    kvs: function () {
      var reads = this.reads;
      return { get: function (key) {
        reads.push(key);
        var found = ${quote(entries)}[key];
        return found === undefined ? Promise.reject(new Error('no such key')) : Promise.resolve(found);
      } };
    }
  };`;
  const program = `import cf from 'cloudfront';
var crypto = require('crypto');
var SLUICE = ${quote({ ...settings, ...visitors })};
var viewerRequest = ${forRequest};
var viewerResponse = ${forResponse};
async function all(events) {
  for (var i = 0; i < events.length; i += 1) {
    cf.reads = [];
    var handler = events[i].response ? viewerResponse : viewerRequest;
    var result = await handler(events[i]);
    say(JSON.stringify({ result: result, read: cf.reads }));
  }
}
all(${quote(events)});`;
  return (await engine.run(program, store)).map((line) => JSON.parse(line) as Handled);
}

/** Cookies and queries as CloudFront shows them: the first of each name, without those that have none. */
export function valuesOf(text: string, separator: string): Request['cookies'] {
  const values: Record<string, { value: string }> = Object.create(null) as Record<string, { value: string }>;
  for (const pair of text.split(separator)) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (at > 0 && !(name in values)) values[name] = { value: pair.slice(at + 1).trim() };
  }
  return values;
}
