import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPreview, parseAppId, parseVersionId, type VersionId } from './ids.js';

const notText: readonly unknown[] = [undefined, null, 0, true, {}, [], ['mfe1'], new String('mfe1')];

describe('an app name', () => {
  it.each(['a', 'mfe1', 'a-', 'a--b', 'apis', 'sluices', 'x'.repeat(32), 'tostring'])('may be %j', (name) => {
    expect(parseAppId(name)).toBe(name);
  });

  it.each([
    ...['', 'A', '1a', '-a', 'a_b', 'a.b', 'a/b', '..', 'é', 'a\n', ' a', 'a:b', 'x'.repeat(33)],
    ...['api', 'sluice', 'constructor', '__proto__'],
    ...notText,
  ])('may not be %j', (name) => {
    expect(parseAppId(name)).toBeUndefined();
  });
});

describe('a version name', () => {
  it.each([
    ...[
      'v0.0.0',
      'v1.2.3',
      'v10.20.30',
      'v1.0.0-alpha',
      'v1.0.0-alpha.1',
      'v1.0.0-0.3.7',
      'v1.0.0-x-y-z.--',
      'v1.0.0-RC1',
    ],
    ...['v1.0.0-0a', 'vabc1234', 'v1234567', `v${'0'.repeat(40)}`, 'pr-1-abcd', `pr-42-${'f'.repeat(40)}`],
    `v1.0.0-${'a'.repeat(57)}`,
  ])('may be %j', (name) => {
    expect(parseVersionId(name)).toBe(name);
  });

  it.each([
    ...[
      '',
      'v',
      '1.2.3',
      'V1.2.3',
      'v1.2',
      'v1.2.3.4',
      'v01.2.3',
      'v1.02.3',
      'v1.2.03',
      'v1.2.3-',
      'v1.2.3-01',
      'v1.2.3-a..b',
    ],
    ...[
      'v1.2.3+build',
      'v1.2.3-é',
      'v1.2.3 ',
      'v1.2.3\n',
      ' v1.2.3',
      'v1.2.3/..',
      'v1.2.3-a/b',
      'v1.2.3-a\\b',
      'v1.2.3%2f',
    ],
    ...['vabc123', 'vABCDEF1', `v${'0'.repeat(41)}`, 'vghijklm', 'latest', '..', '.', '../v1.0.0', 'v99999999999.0.0'],
    ...['pr-0-abcd', 'pr-01-abcd', 'pr-1-abc', 'pr-1-ABCD', `pr-1-${'f'.repeat(41)}`, 'pr--abcd', 'pr-1', 'PR-1-abcd'],
    `v1.0.0-${'a'.repeat(58)}`,
    ...notText,
  ])('may not be %j', (name) => {
    expect(parseVersionId(name)).toBeUndefined();
  });

  it('is the number of three parts, whatever they are', () => {
    fc.assert(
      fc.property(fc.tuple(fc.nat(), fc.nat(), fc.nat()), (parts) => {
        expect(parseVersionId(`v${parts.join('.')}`)).toBeDefined();
      }),
      { seed: 1 },
    );
  });

  it('is read in time that does not explode with its length', () => {
    expect(parseVersionId(`v1.0.0-${'1'.repeat(1_000_000)}!`)).toBeUndefined();
    expect(parseVersionId(`v1.0.0-${'1'.repeat(56)}!`)).toBeUndefined();
  });

  it('says whether it is a preview', () => {
    expect(isPreview('pr-1-abcd' as VersionId)).toBe(true);
    expect(isPreview('v1.0.0-pr-1' as VersionId)).toBe(false);
  });
});

it('every name is one segment of a path, a key and a cookie, as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 70 }), (text) => {
      const name = parseAppId(text) ?? parseVersionId(text);
      if (name !== undefined) expect(encodeURIComponent(name)).toBe(text);
    }),
    { seed: 2 },
  );
  const like = fc.stringMatching(
    /^(v\d\.\d\.\d[-+a-zA-Z0-9./%]{0,8}|pr-\d{1,2}-[0-9a-f]{3,9}|[a-z][a-z0-9_./-]{0,9})$/,
  );
  fc.assert(
    fc.property(like, (text) => {
      const name = parseAppId(text) ?? parseVersionId(text);
      if (name === undefined) return;
      expect(encodeURIComponent(name)).toBe(text);
      expect(new URL(`/${name}/x`, 'http://host').pathname).toBe(`/${text}/x`);
    }),
    { seed: 3 },
  );
});
