import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.js';

const url = 'https://ci.example.com/smoke/{app}/{version}';

function parsed(...checks: readonly unknown[]) {
  return parseConfig({ apps: { mfe1: { kind: 'remote', checks } } });
}

function placesOf(...checks: readonly unknown[]): readonly string[] {
  const result = parsed(...checks);
  return result.kind === 'ok' ? [] : result.issues.map(({ place }) => place.replace('apps.mfe1.checks.', ''));
}

describe('a written check', () => {
  it('needs a name, an address and what passes; everything else has a default', () => {
    const result = parsed({ name: 'smoke', url, passes: 'ok' });
    expect(result.kind === 'ok' && result.value.apps[0]?.checks).toEqual([
      {
        name: 'smoke',
        url,
        method: 'GET',
        headersFrom: {},
        path: [],
        passes: { kind: 'one-of', values: ['ok'] },
        rollsBack: null,
        stages: null,
        timeoutMs: 10_000,
        everyMs: 60_000,
      },
    ]);
  });

  it('takes a path with dots or as a list, borders, stages, and headers by the names of variables', () => {
    const result = parsed({
      name: 'errors',
      url: 'http://127.0.0.1:9000?q={app}',
      method: 'POST',
      path: 'data.0.rate',
      passes: { atMost: 0.01 },
      rollsBack: { atLeast: 0.05 },
      stages: [1, 4],
      headersFrom: { Authorization: 'TICKETS_AUTHORIZATION' },
      timeout: '2s',
      every: '30s',
    });
    expect(result.kind === 'ok' && result.value.apps[0]?.checks[0]).toMatchObject({
      path: ['data', '0', 'rate'],
      passes: { kind: 'range', atLeast: null, atMost: 0.01 },
      rollsBack: { kind: 'range', atLeast: 0.05, atMost: null },
      headersFrom: { Authorization: 'TICKETS_AUTHORIZATION' },
      everyMs: 30_000,
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no condition', { passes: undefined }, '0.passes'],
    ['a condition that nothing meets', { passes: { atLeast: 2, atMost: 1 } }, '0.passes'],
    ['borders of nothing', { passes: {} }, '0.passes'],
    ['an empty list', { passes: [] }, '0.passes'],
    ['null', { passes: null }, '0.passes'],
    ['NaN', { passes: NaN }, '0.passes'],
    ['Infinity as a border', { passes: { atMost: Infinity } }, '0.passes'],
    ['a border that is misspelt', { passes: { atmost: 1 } }, '0.passes'],
    ['a value that would also roll back', { passes: ['ok', 'x'], rollsBack: 'x' }, '0.rollsBack'],
    ['borders that would also roll back', { passes: { atMost: 5 }, rollsBack: { atLeast: 5 } }, '0.rollsBack'],
    ['a host that is filled in', { url: 'https://{app}.example.com/' }, '0.url'],
    ['a user in the address', { url: 'https://me:pw@example.com/' }, '0.url'],
    ['a user that is filled in', { url: 'https://x@{app}/' }, '0.url'],
    ['another scheme', { url: 'file:///etc/passwd' }, '0.url'],
    ['a secret in place of its name', { headersFrom: { Authorization: 'Bearer abc' } }, '0.headersFrom.Authorization'],
    ['a header with a line break', { headersFrom: { 'A\nB': 'X' } }, '0.headersFrom.A\nB'],
    ['a stage that no plan has', { stages: [5] }, '0.stages'],
    ['no stage', { stages: [] }, '0.stages'],
    ['a stage zero', { stages: [0] }, '0.stages.0'],
    ['a time-out of more than a minute', { timeout: '61s' }, '0.timeout'],
    ['questions without a pause', { every: '10ms' }, '0.every'],
    ['another method', { method: 'DELETE' }, '0.method'],
    ['a setting that is not known', { pases: 'ok' }, '0.pases'],
    ['a name that is none', { name: 'Smoke test' }, '0.name'],
  ])('is refused for %s', (_what, wrong, place) => {
    expect(placesOf({ name: 'smoke', url, passes: 'ok', ...wrong })).toEqual([place]);
  });

  it('is refused with every problem at once, and for a name that is taken', () => {
    const first = { name: 'smoke', url, passes: 'ok' };
    expect(placesOf(first, { ...first, url: 'x', passes: [], every: 'often' }).toSorted()).toEqual(
      ['1.every', '1.name', '1.passes', '1.url'].toSorted(),
    );
  });

  it.each(['x', null, 5, {}])('is refused where the checks are %j', (checks) => {
    const result = parseConfig({ apps: { mfe1: { kind: 'remote', checks } } });
    expect(result.kind === 'invalid' && result.issues.map(({ place }) => place)).toEqual(['apps.mfe1.checks']);
  });
});
