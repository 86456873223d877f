// What edges do that rewrite a request and pass it on. Part of the CloudFront Function: see choose-version.ts on how it is
// written.

/** A rewritten request has its own path with it, because the response may be shown the rewritten one. */
export const askedHeader = 'x-sluice-uri';
/** In the brief's layout two apps have the same keys: the app has to be in the cache key, by this header. */
export const appHeader = 'x-sluice-app';

/** The path of a file of an app in the store. */
export function pathOf(prefix: string, version: string | undefined, file: string): string {
  const key = `${prefix && `${prefix}/`}${version ? `${version}/` : ''}${file}`;
  return `/${key.search(/[^\w./-]/) < 0 ? key : encodeURIComponent(key).replace(/%2F/g, '/')}`;
}

/** Both events of one visit have the same request id, and so derive the same new visitor's id from it. */
export function subjectFrom(requestId: string | undefined): string {
  return (requestId || '').replace(/[^\w-]/g, '').slice(0, 64);
}
