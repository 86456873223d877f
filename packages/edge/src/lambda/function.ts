import type { EdgeSettings } from '../edge-settings.js';
import { pathOf } from '../rewrite.js';
import type { LambdaEvent, LambdaRequest, LambdaResponse } from './event.js';
import { handleLambda } from './handle.js';
import { createPointerCache } from './pointer-cache.js';

// The function for Lambda@Edge, viewer-request and viewer-response alike. Lambda@Edge has no environment variables:
// `SLUICE` is written above this by `sluice edge build`.
declare const SLUICE: EdgeSettings & {
  /** Where the pointers are asked for, such as the distribution itself: `https://d111111abcdef8.cloudfront.net`. */
  readonly pointers: string;
};

/** A viewer event may take 5 s in all; a page should not wait for that. */
const patienceMs = 1000;

const pointers = createPointerCache({
  async load(app) {
    const url = `${SLUICE.pointers}${pathOf(SLUICE.apps[app] ?? '', undefined, 'active-version.json')}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
    if (!response.ok) throw new Error(`${url}: ${String(response.status)}`);
    return response.text();
  },
  now: Date.now,
  freshMs: 5000,
});

export function handler(event: LambdaEvent): Promise<LambdaRequest | LambdaResponse> {
  return handleLambda({ settings: SLUICE, pointerOf: (app) => pointers.get(app) }, event);
}
