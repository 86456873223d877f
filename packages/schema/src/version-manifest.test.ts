import { describe, expect, it } from 'vitest';
import { parseVersionManifest } from './version-manifest.js';

const manifest = {
  schema: 1,
  app: 'mfe1',
  version: 'v1.0.0',
  kind: 'remote',
  entry: 'mf-manifest.json',
  files: [{ path: 'assets/a.js', size: 5, sha256: 'a'.repeat(64), encodings: ['br'] }],
  exposes: ['./App'],
  shared: [{ name: 'react', requiredVersion: '^19.0.0', singleton: true }],
  publishedAt: '2026-01-15T10:30:00.000Z',
};

function placesOf(change: object): readonly string[] {
  const parsed = parseVersionManifest(JSON.stringify({ ...manifest, ...change }));
  return parsed.kind === 'invalid' ? parsed.issues.map(({ place }) => place) : [];
}

describe('a version.json', () => {
  it('is taken whole', () => {
    expect(parseVersionManifest(JSON.stringify(manifest))).toEqual({ kind: 'ok', value: manifest });
  });

  it.each(['../x', 'a/../../x', '/etc/passwd', 'a//b', '.', '', 'a\\b', 'a\0b'])(
    'refuses %j as a file or entry: it leaves the version',
    (path) => {
      expect(placesOf({ files: [{ ...manifest.files[0], path }] })).toEqual(['files.0.path']);
      expect(placesOf({ entry: path })).toEqual(['entry']);
    },
  );

  it('lists every problem', () => {
    const file = { path: 'a', size: -1, sha256: 'A'.repeat(64), encodings: ['zip'] };
    expect(placesOf({ app: 'API', version: '1', kind: 'x', files: [file] })).toEqual([
      'app',
      'version',
      'kind',
      'files.0.size',
      'files.0.sha256',
      'files.0.encodings.0',
    ]);
  });

  it('tells an unknown schema apart', () => {
    expect(parseVersionManifest('{"schema":9}')).toEqual({ kind: 'unknown-schema', schema: 9 });
  });
});
