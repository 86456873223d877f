import type { PlatformIndex, VersionId } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { parseIndexDocument, serialiseIndex } from './platform-index.js';

const pointer = {
  version: 'v1.0.0' as VersionId,
  canaryVersion: null,
  canaryPercent: 0,
  lastUpdated: '2024-01-15T10:30:00Z',
};

describe('a stored index', () => {
  it('is one line with the apps sorted by name, and reads back', () => {
    const index: PlatformIndex = { schema: 1, sampleRate: 0.01, apps: { mfe2: pointer, mfe1: pointer } };
    const text = serialiseIndex(index);
    expect(text.indexOf('\n')).toBe(text.length - 1);
    expect(text.indexOf('"mfe1"')).toBeLessThan(text.indexOf('"mfe2"'));
    expect(parseIndexDocument(text)).toEqual({ kind: 'ok', value: index });
  });

  it('lists every problem of every app', () => {
    const apps = { mfe1: { ...pointer, canaryPercent: 250 }, mfe2: 7, mfe3: { ...pointer, version: 'x' } };
    const parsed = parseIndexDocument(JSON.stringify({ schema: 1, sampleRate: 2, apps }));
    expect(parsed.kind === 'invalid' && parsed.issues.map(({ place }) => place)).toEqual([
      'sampleRate',
      'apps.mfe1.canaryPercent',
      'apps.mfe2',
      'apps.mfe3.version',
    ]);
  });

  it.each(['', 'null', '[]', '{}', '{"schema":1}', '{"schema":2,"sampleRate":0,"apps":{}}', '{"apps":[]}'])(
    'refuses %j without throwing',
    (text) => {
      expect(parseIndexDocument(text).kind).toBe('invalid');
    },
  );
});
