import { describe, expect, it } from 'vitest';
import { cookie } from './cookies.js';
import { overrideOf } from './override.js';

function ask(asked: { query?: string; cookies?: string; header?: string }, app = 'mfe1'): string | undefined {
  const parameters = new URLSearchParams(asked.query);
  return overrideOf(app, {
    query: (name) => parameters.get(name),
    cookie: (name) => cookie(asked.cookies, name),
    header: () => asked.header,
  });
}

describe('F6 an override is taken by exact name and exact value', () => {
  it.each([
    [{ query: 'canary=true' }, 'canary'],
    [{ query: 'canary=false' }, 'stable'],
    [{ header: 'true' }, 'canary'],
    [{ header: 'false' }, 'stable'],
    [{ cookies: 'canary=true' }, 'canary'],
    [{ cookies: 'a=b; canary=false' }, 'stable'],
    [{ cookies: 'sluice_override=mfe1:canary' }, 'canary'],
    [{ cookies: 'sluice_override=mfe2:canary,mfe1:stable' }, 'stable'],
    [{ query: 'sluice_override=mfe2:stable,mfe1:canary' }, 'canary'],
  ])('%j → %s', (asked, arm) => {
    expect(ask(asked)).toBe(arm);
  });

  it.each([
    [{}],
    [{ query: 'notcanary=true' }],
    [{ query: 'canary=trueish' }],
    [{ query: 'canary=TRUE' }],
    [{ query: 'canary=1' }],
    [{ query: 'canary' }],
    [{ query: 'Canary=true' }],
    [{ cookies: 'notcanary=true' }],
    [{ cookies: 'canary=trueish' }],
    [{ cookies: 'canary.x=true' }],
    [{ cookies: 'x=canary=true' }],
    [{ cookies: 'x="; canary=trueish; "' }],
    [{ cookies: 'canary%3Dtrue' }],
    [{ header: 'true, true' }],
    [{ header: 'v9.9.9' }],
    [{ cookies: 'sluice_override=mfe2:canary' }],
    [{ cookies: 'sluice_override=mfe1:v9.9.9' }],
    [{ cookies: 'sluice_override=mfe1:canary:x' }],
    [{ cookies: 'sluice_override=xmfe1:canary' }],
    [{ cookies: 'sluice_override=mfe1' }],
  ])('%j → nothing', (asked) => {
    expect(ask(asked)).toBeUndefined();
  });

  it('the nearer to the request, the stronger: query, header, cookie', () => {
    expect(ask({ query: 'canary=false', header: 'true', cookies: 'canary=true' })).toBe('stable');
    expect(ask({ header: 'false', cookies: 'canary=true' })).toBe('stable');
    expect(ask({ query: 'canary=nonsense', header: 'false', cookies: 'canary=true' })).toBe('stable');
  });

  it('for one app is stronger than for all, within query and within cookies', () => {
    expect(ask({ query: 'canary=true&sluice_override=mfe1:stable' })).toBe('stable');
    expect(ask({ cookies: 'canary=true; sluice_override=mfe1:stable' })).toBe('stable');
    expect(ask({ cookies: 'canary=true; sluice_override=mfe1:stable' }, 'mfe2')).toBe('canary');
  });
});

describe('a cookie', () => {
  it.each([
    ['sluice_id=a', 'a'],
    ['x=1; sluice_id=a', 'a'],
    ['x=1;sluice_id=a;y=2', 'a'],
    ['  sluice_id  =  a  ', 'a'],
    ['sluice_id="a"', 'a'],
    ['sluice_id="a', '"a'],
    ['sluice_id="', '"'],
    ['sluice_id=', ''],
    ['sluice_id=a=b', 'a=b'],
    ['sluice_id=first; sluice_id=second', 'first'],
    ['__proto__=x; sluice_id=a', 'a'],
  ])('of %j is %j', (header, value) => {
    expect(cookie(header, 'sluice_id')).toBe(value);
  });

  it.each([
    undefined,
    '',
    ';',
    ';;=;',
    '=a',
    'sluice_id',
    'sluice_idx=a',
    'xsluice_id=a',
    'SLUICE_ID=a',
    'sluice_id2=a',
  ])('is not in %j', (header) => {
    expect(cookie(header, 'sluice_id')).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'toString'])('named %s is not there by itself', (name) => {
    expect(cookie('a=b', name)).toBeUndefined();
  });

  it('is not looked for in a header of more than 16 KB', () => {
    expect(cookie(`${'x'.repeat(16_372)}; sluice_id=a`.slice(-16_384), 'sluice_id')).toBe('a');
    expect(cookie(`${'x'.repeat(16_384)}; sluice_id=a`, 'sluice_id')).toBeUndefined();
  });
});
