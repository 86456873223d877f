import { unquoted } from '@sluice/core';

// The events of CloudFront Functions, runtime 2.0, as far as they are used here.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html

/** The first value, and all of them where the name was sent more than once. */
interface Valued {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/** Headers by the name in lower case. */
export type Values = Record<string, Valued | undefined>;

export interface CloudFrontRequest {
  readonly method: string;
  uri: string;
  readonly querystring: Values;
  readonly headers: Values;
  readonly cookies: Values;
}

export interface Cookie {
  readonly value: string;
  readonly attributes?: string;
}

export type Cookies = Record<string, Cookie>;

export interface CloudFrontResponse {
  statusCode: number;
  readonly headers: Values;
  cookies?: Cookies;
  /** In the place of the one that the origin or the cache has. */
  body?: string;
}

export interface CloudFrontEvent {
  readonly context: { readonly eventType: string; readonly requestId?: string };
  readonly request: CloudFrontRequest;
  /** In viewer-response. */
  readonly response?: CloudFrontResponse;
}

export function valueOf(values: Values, name: string): string | undefined {
  const found = values[name];
  return found && found.value;
}

export function cookieOf(request: CloudFrontRequest, name: string): string | undefined {
  const value = valueOf(request.cookies, name);
  return value && unquoted(value);
}
