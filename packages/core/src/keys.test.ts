import { expect, it } from 'vitest';
import { parseAppId, parseVersionId } from './ids.js';
import { historyKey, pointerKey, recordKey, placeOf, versionManifestKey, versionPrefix } from './keys.js';

const app = parseAppId('mfe1');
const version = parseVersionId('v1.0.0');
if (app === undefined || version === undefined) throw new Error('the test itself is wrong');

it('a path is its key: everything of an app is stored under its name', () => {
  const place = placeOf(app);
  expect([pointerKey, historyKey, recordKey].map((key) => key(place))).toEqual([
    'mfe1/active-version.json',
    'mfe1/version-history.json',
    'mfe1/rollout.json',
  ]);
  expect(versionPrefix(place, version)).toBe('mfe1/v1.0.0/');
  expect(versionManifestKey(place, version)).toBe('mfe1/v1.0.0/version.json');
});

it("the brief's layout has its versions at the root of the store", () => {
  const place = placeOf(app, '');
  expect(pointerKey(place)).toBe('active-version.json');
  expect(versionPrefix(place, version)).toBe('v1.0.0/');
  expect(versionManifestKey(place, version)).toBe('v1.0.0/version.json');
});
