import { describe, expect, it } from 'vitest';
import { canBeginStoreKey, isStoreKey, kindOfKey } from './store-key.js';

describe('the keys of a store', () => {
  it.each([
    ['mfe1/v1.0.0/a.js', true],
    ['a', true],
    ['', false],
    ['a//b', false],
    ['../a', false],
    ['a/.hidden', false],
    ['a\\b', false],
    [`a/${'x'.repeat(255)}`, true],
    [`a/${'x'.repeat(256)}`, false],
    // 85 characters of 3 bytes are 255 bytes.
    [`a/${'日'.repeat(85)}`, true],
    [`a/${'日'.repeat(86)}`, false],
    [`a/${'😀'.repeat(64)}`, false],
    [`${'a/'.repeat(511)}ab`, true],
    [`${'a/'.repeat(512)}b`, false],
  ])('%s: %s', (key, is) => {
    expect(isStoreKey(key)).toBe(is);
  });

  it('a prefix may end in the middle of a part, or behind a slash', () => {
    expect(['', 'a', 'a/', 'a/b'].map(canBeginStoreKey)).toEqual([true, true, true, true]);
    expect(['/', 'a//', '../', '.tmp'].map(canBeginStoreKey)).toEqual([false, false, false, false]);
  });

  it.each([
    ['mfe1/v1.0.0/assets/a.js', 'version'],
    ['mfe1/v1.0.0/active-version.json', 'version'],
    ['v1.0.0/mf-manifest.json', 'version'],
    ['teams/mfe1/v0123abc/a.js', 'version'],
    ['mfe1/active-version.json', 'pointer'],
    ['active-version.json', 'pointer'],
    ['platform-index.json', 'pointer'],
    ['appconfig-index.json', 'pointer'],
    ['mfe1/rollout.json', 'document'],
    ['mfe1/v1.0.0', 'document'],
    ['platform.json', 'document'],
  ] as const)('%s is a %s for those who cache it', (key, kind) => {
    expect(kindOfKey(key)).toBe(kind);
  });
});
