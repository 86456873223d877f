import { expect, it } from 'vitest';
import { covers, versionPatterns } from './inspect-bucket.js';

it.each([
  [['mfe1'], ['mfe1/v*/*', 'mfe1/pr-*/*']],
  // The brief's layout.
  [[''], ['v*/*', 'pr-*/*']],
  [
    ['teams/video', 'mfe1'],
    ['teams/video/v*/*', 'teams/video/pr-*/*', 'mfe1/v*/*', 'mfe1/pr-*/*'],
  ],
])('versions of apps in %j lie under %j', (folders, patterns) => {
  expect(versionPatterns(folders)).toEqual(patterns);
});

it.each([
  ['the root', ['', 'video']],
  ['a folder of other apps', ['teams', 'teams/video']],
])(
  'never forbids the writes of a pointer: an app in %s, and one whose name begins like a version',
  (_where, folders) => {
    const patterns = versionPatterns(folders);
    expect(patterns).toContain(`${folders[1] ?? ''}/v*/*`);
    expect(patterns).not.toContain(folders[0] === '' ? 'v*/*' : `${folders[0] ?? ''}/v*/*`);
  },
);

it.each([
  ['arn:aws:s3:::shop/*', true],
  ['*', true],
  ['arn:aws:s3:::shop/mfe1/*', true],
  ['arn:aws:s3:::shop/mfe1/pr-*/*', true],
  ['arn:aws:s3:::shop/mfe?/pr-*', true],
  ['arn:aws:s3:::shop/mfe1/v*/*', false],
  ['arn:aws:s3:::shop/mfe1/pr-?/*', false],
  ['arn:aws:s3:::shop/mfe1/pr-1*/*', false],
  ['arn:aws:s3:::shop.mfe1/*', false],
  ['arn:aws:s3:::sho./*', false],
])('the resource %s of a policy covers all previews of mfe1: %s', (resource, isCovered) => {
  expect(covers(resource, 'arn:aws:s3:::shop/mfe1/pr-*/*')).toBe(isCovered);
});
