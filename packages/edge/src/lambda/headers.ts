import type { Decided } from '../decide-visit.js';
import type { LinkAnswer } from '../trust/grant-link.js';
import type { LambdaHeaders, LambdaRequest, LambdaResponse } from './event.js';

// Headers as Lambda@Edge has them: lists, by names in lower case.

export function firstOf(headers: LambdaHeaders, name: string): string | undefined {
  return headers[name]?.[0]?.value;
}

/** Of HTTP/2 they come as several headers. */
export function cookiesOf({ headers }: LambdaRequest): string | undefined {
  return headers['cookie']?.map(({ value }) => value).join('; ');
}

/** In the place of another one, and cookies beside others. */
export function withHeader(response: LambdaResponse, key: string, value: string): LambdaResponse {
  const name = key.toLowerCase();
  const before = name === 'set-cookie' ? (response.headers[name] ?? []) : [];
  response.headers[name] = [...before, { key, value }];
  return response;
}

export function withDecision(response: LambdaResponse, { cacheControl, label, cookie: set }: Decided): void {
  withHeader(response, 'Cache-Control', cacheControl);
  withHeader(response, 'X-Sluice', label);
  if (set !== undefined) withHeader(response, 'Set-Cookie', `${set.name}=${set.value}; ${set.attributes}`);
}

export function answered({ status, headers, cookies, body }: LinkAnswer): LambdaResponse {
  const response: LambdaResponse = { status: String(status), headers: {}, body };
  for (const [key, value] of Object.entries(headers)) withHeader(response, key, value);
  for (const value of cookies) withHeader(response, 'Set-Cookie', value);
  return response;
}

export function refused(status: number): LambdaResponse {
  return withHeader({ status: String(status), headers: {} }, 'Cache-Control', 'no-store');
}
