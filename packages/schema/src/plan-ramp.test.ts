import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptivePlan, parsePlan } from './plan.js';

const minute = 60_000;

function planOf(written: unknown) {
  const parsed = parsePlan('own', written);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function placesOf(written: unknown): readonly string[] {
  const parsed = parsePlan('own', written);
  return parsed.kind === 'ok' ? [] : parsed.issues.map(({ place }) => place);
}

describe('a written adaptive plan', () => {
  it('risks ten sessions, looks every 30 s, decides at 25 % after 10 min, and keeps 5 % on stable in the bake', () => {
    expect(planOf(adaptivePlan)).toMatchObject({
      stages: [
        { weightBp: 2500, soakMs: 10 * minute },
        { weightBp: 9500, soakMs: 30 * minute },
      ],
      ramp: { everyMs: 30_000, failedSessions: 10, reactionMs: 30_000, growth: 2 },
      minSessions: 100,
      maxDurationMs: 1440 * minute,
    });
  });

  it('takes a budget, times and limits of its own', () => {
    const ramp = { budget: 4, highest: 12.5, every: '1m', atLeast: '20m', growth: 1.5, reaction: '45s', holdback: 0 };
    expect(planOf({ ramp, bake: '1h', cap: 50, mode: 'observe' })).toMatchObject({
      stages: [
        { weightBp: 1250, soakMs: 20 * minute },
        { weightBp: 10_000, soakMs: 60 * minute },
      ],
      ramp: { everyMs: 60_000, failedSessions: 4, reactionMs: 45_000, growth: 1.5 },
      capBp: 5000,
      mode: 'observe',
    });
  });

  it('knows that a longer slot, or one that closes later, takes longer to react', () => {
    expect(planOf({ ramp: {}, slot: '2s' }).ramp?.reactionMs).toBe(22_000);
    expect(planOf({ ramp: {}, outcomeWindow: '20s' }).ramp?.reactionMs).toBe(40_000);
  });

  it('lets stages for an audience come first', () => {
    const stages = [{ audience: 'staff', soak: '1d' }];
    expect(planOf({ ramp: 'adaptive', stages }).stages).toMatchObject([
      { weightBp: 0, audience: 'staff' },
      { weightBp: 2500 },
      { weightBp: 9500 },
    ]);
  });

  it.each([
    ['a percentage, which the budget sets', { stages: [{ percent: 5, soak: '15m' }] }, ['stages.0.percent']],
    ['no stage in a list of stages', { stages: [] }, ['stages']],
    ['another word', { ramp: 'adaptve' }, ['ramp']],
    ['a list', { ramp: [] }, ['ramp']],
    ['a budget of nothing', { ramp: { budget: 0 } }, ['ramp.budget']],
    ['a budget that is no number', { ramp: { budget: NaN } }, ['ramp.budget']],
    ['more than half before proof', { ramp: { highest: 50.01 } }, ['ramp.highest']],
    ['three decimals', { ramp: { highest: 12.345 } }, ['ramp.highest']],
    ['no growth', { ramp: { growth: 1 } }, ['ramp.growth']],
    ['a negative holdback', { ramp: { holdback: -1 } }, ['ramp.holdback']],
    ['times that are none', { ramp: { every: '0s', atLeast: 'soon', reaction: 5 } }, ['every', 'atLeast', 'reaction']],
    ['what it does not know', { ramp: { bugdet: 10 } }, ['ramp.bugdet']],
    ['a duration in which it cannot end', { maxDuration: '40m' }, ['maxDuration']],
  ])('A5 refuses %s', (_what, more, places) => {
    const expected = places.map((place) =>
      ['every', 'atLeast', 'reaction'].includes(place) ? `ramp.${place}` : place,
    );
    expect(placesOf({ ramp: 'adaptive', ...more }).toSorted()).toEqual(expected.toSorted());
  });

  it('A5 lists every problem at once, each with a remedy', () => {
    const ramp = { budget: '10', highest: 80, every: 30, growth: 99, holdback: 50, hold: 1 };
    const parsed = parsePlan('own', { ramp, stages: [{ percent: 5 }], cap: 0, bake: 'x' });
    if (parsed.kind === 'ok') throw new Error('it was taken');
    const places = ['budget', 'every', 'growth', 'highest', 'hold', 'holdback'].map((name) => `ramp.${name}`);
    expect(parsed.issues.map(({ place }) => place)).toEqual(expect.arrayContaining([...places, 'bake', 'cap']));
    for (const { problem, remedy } of parsed.issues) expect([problem, remedy]).not.toContain('');
  });

  it('takes borders and refuses what is just beyond them', () => {
    expect(placesOf({ ramp: { highest: 50, holdback: 40, growth: 10, budget: 1 } })).toEqual([]);
    expect(placesOf({ ramp: { highest: 0.01, growth: 1.1, holdback: 0 } })).toEqual([]);
    expect(placesOf({ ramp: { highest: 0.001, holdback: 40.01 } })).toEqual(['ramp.highest', 'ramp.holdback']);
  });

  it('never throws, and never lets the bake expose less than the ramp', () => {
    const value = fc.oneof(fc.anything(), fc.double(), fc.constantFrom('30s', '10m', 5, 25));
    const ramp = fc.dictionary(fc.constantFrom('budget', 'highest', 'every', 'growth', 'holdback'), value);
    fc.assert(
      fc.property(fc.oneof(ramp, value), (written) => {
        const parsed = parsePlan('own', { ramp: written });
        if (parsed.kind === 'invalid') return parsed.issues.length > 0;
        const [first, last] = parsed.value.stages;
        return first !== undefined && last !== undefined && first.weightBp >= 1 && first.weightBp < last.weightBp;
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
