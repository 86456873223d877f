import { describe, expect, it } from 'vitest';
import type { AppDecision } from './decisions.js';
import { reasonOf } from './reason.js';
import type { Shown } from './shown.js';

const base = { app: 'mfe1', version: 'v1.1.0', stable: 'v1.0.0', percent: 5 };
const decided = (fields: object): AppDecision => ({ ...base, ...fields }) as unknown as AppDecision;
const asDecided = ({ version, arm }: AppDecision): Shown => ({ version, kind: arm });

describe('reasonOf', () => {
  it.each([
    [{ arm: 'canary', reason: 'bucket', bucket: 312 }, 'your bucket 312 is below 5 %'],
    [{ arm: 'stable', reason: 'bucket', bucket: 7204 }, 'your bucket 7,204 is not below 5 %'],
    [{ arm: 'canary', reason: 'override' }, 'you asked for it (override)'],
    [{ arm: 'stable', reason: 'no-canary' }, 'the only version live'],
    [{ arm: 'stable', reason: 'blocked' }, 'the canary was taken back: stable'],
    [{ arm: 'canary', reason: 'audience' }, 'you are in the audience that tries it'],
    [{ arm: 'stable', reason: 'audience' }, 'the canary is for another audience'],
  ])('says %j in plain words', (fields, words) => {
    const decision = decided(fields);
    expect(reasonOf(decision, asDecided(decision))).toBe(words);
  });

  it('says that the canary failed when stable is on screen in its place', () => {
    const decision = decided({ arm: 'canary', reason: 'bucket', bucket: 312 });
    expect(reasonOf(decision, { version: 'v1.0.0', kind: 'fallback' })).toBe(
      'canary v1.1.0 failed to start: showing stable',
    );
  });

  it('says that nothing could be shown when stable failed as well', () => {
    const decision = decided({ arm: 'stable', reason: 'no-canary' });
    expect(reasonOf(decision, { version: 'v1.1.0', kind: 'broken' })).toMatch(/no other version/);
  });
});
