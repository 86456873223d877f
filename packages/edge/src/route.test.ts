import { parseAppId, type AppId } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeRequest } from './index.js';

const shell = parseAppId('shell') as AppId;
const places = { apps: { shell: 'shell', mfe1: 'mfe1' }, shells: [['', shell]] as const };
const route = (path: string, accept = 'text/html,*/*') => routeRequest(places, path, accept);

describe('routeRequest', () => {
  it.each([
    ['/', 'document'],
    ['/orders/17', 'document'],
    ['/orders/17/', 'document'],
    ['/mfe1', 'document'],
    ['/mfe2/page', 'document'],
    ['/logo.svg', 404],
    ['/mfe1/v1.0.0/remoteEntry.js', 'versioned'],
    ['/mfe1/v0123abc/assets/a.css', 'versioned'],
    ['/mfe1/pr-12-abcd/remoteEntry.js', 'versioned'],
    ['/mfe1/v1.0.0', 404],
    ['/mfe1/mf-manifest.json', 'unversioned'],
    ['/mfe1/latest/remoteEntry.js', 'unversioned'],
    ['/mfe1/active-version.json', 'pointer'],
    ['/platform-index.json', 'index'],
    ['/api/metrics', 'api'],
    ['/api', 'api'],
  ])('F23 takes %s for %s', (path, kind) => {
    const found = route(path);
    expect(found.status ?? found.kind).toBe(kind);
  });

  it.each(['application/json', '*/*', undefined])('answers a deep link only to who asks for HTML, not %s', (accept) => {
    expect(routeRequest(places, '/orders/17', accept).status).toBe(404);
  });

  it.each(['*/*', 'application/json', undefined])('answers the start page to whoever asks, also for %s', (accept) => {
    expect(routeRequest(places, '/', accept).kind).toBe('document');
  });

  it.each([
    '/mfe1/v1.0.0/../../secret',
    '/mfe1/v1.0.0/%2e%2e/%2e%2e/secret',
    '/mfe1/v1.0.0/%252e%252e/secret',
    '/mfe1/v1.0.0/..%2fsecret',
    '/mfe1/v1.0.0/..%5csecret',
    '/mfe1\\v1.0.0',
    '/mfe1/v1.0.0/a%00b',
    '/mfe1/v1.0.0/a%0d%0aSet-Cookie:x=y',
    '/.tmp/x',
    '/mfe1/.locks/x',
    '//evil.example/x',
    'http://evil.example/x',
    '/%',
    `/${'x'.repeat(3000)}`,
  ])('refuses the path %j', (path) => {
    expect([400, 404]).toContain(route(path, '*/*').status);
    expect(route(path).kind).not.toBe('versioned');
  });

  it('never gives a file outside its app, whatever the path', () => {
    const part = fc.oneof(
      fc.constantFrom('..', '.', '%2e%2e', '%2f', '\\', 'v1.0.0', 'mfe1', '', 'a.js', '%00'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const found = route(`/mfe1/${parts.join('/')}`);
        if (found.kind !== 'versioned' && found.kind !== 'unversioned') return;
        expect(found.file.split('/').some((segment) => segment === '..' || segment.startsWith('.'))).toBe(false);
        expect(found.file).not.toMatch(/[\\\0\r\n]/);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
