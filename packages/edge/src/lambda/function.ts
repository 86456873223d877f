import { createHmac } from 'node:crypto';
import type { AppId, Signer, SigningKey, VersionId } from '@sluice/core';
import { grantCookie, grantToken, type Grant } from '@sluice/core';
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
  /** Newest first; absent: nobody is signed, and no link is opened. */
  readonly keys?: readonly SigningKey[];
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

const { keys } = SLUICE;
const signer: Signer | undefined = keys && {
  keys: () => keys,
  mac: (secret, text) => createHmac('sha256', secret).update(text).digest('base64url'),
};

export function handler(event: LambdaEvent): Promise<LambdaRequest | LambdaResponse> {
  const options = { settings: SLUICE, signer, isPublished, now: Date.now };
  return handleLambda({ ...options, pointerOf: (app) => pointers.get(app) }, event);
}

/** Asked as the holder of a link, because it may be this very function that is asked; true where nobody can say. */
async function isPublished(app: AppId, version: VersionId): Promise<boolean> {
  const grant: Grant = { kind: 'preview', app, version };
  const token = signer && grantToken(signer, grant, Math.floor(Date.now() / 1000) + 60);
  const url = `${SLUICE.pointers}${pathOf(SLUICE.apps[app] ?? '', version, 'version.json')}`;
  const headers = { cookie: `${grantCookie(grant)}=${token ?? ''}` };
  try {
    const { status } = await fetch(url, { method: 'HEAD', headers, signal: AbortSignal.timeout(patienceMs) });
    return status !== 403 && status !== 404;
  } catch {
    return true;
  }
}
