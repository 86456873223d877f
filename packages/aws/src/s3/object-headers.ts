import { kindOfKey } from '@sluice/core';
import { lookup } from 'mrmime';

const cacheControl = {
  version: 'public, max-age=31536000, immutable',
  // stale-while-revalidate would show the old version once more.
  pointer: 'public, max-age=0, s-maxage=5, must-revalidate',
  document: 'no-cache',
} as const;

const encodings: Readonly<Record<string, string>> = { '.br': 'br', '.gz': 'gzip' };

/** What S3 tells those who fetch the object: it serves the headers that it was given. */
export function objectHeaders(key: string): {
  readonly CacheControl: string;
  readonly ContentType: string;
  readonly ContentEncoding?: string;
} {
  const kind = kindOfKey(key);
  const encoding = kind === 'version' ? encodings[key.slice(-3)] : undefined;
  return {
    CacheControl: cacheControl[kind],
    ContentType: contentType(encoding === undefined ? key : key.slice(0, -3)),
    ...(encoding === undefined ? {} : { ContentEncoding: encoding }),
  };
}

function contentType(key: string): string {
  const type = key.endsWith('.map') ? 'application/json' : (lookup(key) ?? 'application/octet-stream');
  return /^text\/|javascript$|json$|xml$/.test(type) ? `${type}; charset=utf-8` : type;
}
