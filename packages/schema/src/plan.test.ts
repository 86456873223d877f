import { defaultRules } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan, standardPlan } from './plan.js';

const minute = 60_000;
const soak = '10m';

function planOf(written: unknown) {
  const parsed = parsePlan('own', written);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function placesOf(written: unknown): readonly string[] {
  const parsed = parsePlan('own', written);
  return parsed.kind === 'ok' ? [] : parsed.issues.map(({ place }) => place);
}

describe('a written plan', () => {
  it("makes the brief's schedule of the plan standard", () => {
    expect(planOf(standardPlan)).toEqual({
      name: 'own',
      stages: [
        { weightBp: 500, soakMs: 15 * minute },
        { weightBp: 2500, soakMs: 30 * minute },
        { weightBp: 5000, soakMs: 30 * minute },
        { weightBp: 10_000, soakMs: 30 * minute },
      ],
      minSessions: 100,
      maxDurationMs: 1440 * minute,
      baseSlotMs: 'auto',
      outcomeWindowMs: 10_000,
      closingLagMs: 15_000,
      ramp: null,
      rules: defaultRules('default'),
      mode: 'act',
      proof: 'normal',
      capBp: 10_000,
      progressDeadlineMs: 90 * minute,
      onInconclusive: 'ask',
      telemetryLost: { afterMs: 10 * minute, policy: 'hold' },
      onFreeze: 'hold',
    });
  });

  it('A4 ends stages [5,25,50] and [5,25,50,100] alike', () => {
    const stages = [5, 25, 50].map((percent) => ({ percent, soak }));
    const short = planOf({ stages, bake: '20m' });
    expect(planOf({ stages: [...stages, { percent: 100 }], bake: '20m' })).toEqual(short);
    expect(planOf({ stages: [...stages, { percent: 100, soak: '20m' }] })).toEqual(short);
    expect(planOf({ stages: [...stages, { percent: 100, soak: '20m' }], bake: '20m' })).toEqual(short);
  });

  it('refuses a bake that says something else than the soak of the stage at 100 %', () => {
    expect(placesOf({ stages: [{ percent: 100, soak: '20m' }], bake: '30m' })).toEqual(['bake']);
  });

  it.each([
    ['a list that does not increase', [5, 25, 25], ['stages.2.percent']],
    ['a list that decreases', [25, 5], ['stages.1.percent']],
    ['each stage below the highest before it', [25, 5, 10], ['stages.1.percent', 'stages.2.percent']],
    ['more than 100', [5, 250], ['stages.1.percent']],
    ['just above 100', [100.01], ['stages.0.percent']],
    ['a negative percentage', [-5, 25], ['stages.0.percent']],
    ['zero', [0, 25], ['stages.0.percent']],
    ['more than two decimals', [5.125], ['stages.0.percent']],
    ['so little that it rounds to nothing', [1e-9], ['stages.0.percent']],
    ['a text', ['5'], ['stages.0.percent']],
    ['NaN and Infinity', [NaN, Infinity], ['stages.0.percent', 'stages.1.percent']],
    ['100 twice', [100, 100], ['stages.1.percent']],
  ])('A5 refuses %s', (_what, percents, places) => {
    expect(placesOf({ stages: percents.map((percent) => ({ percent, soak })) })).toEqual(places);
  });

  it.each(['0s', '0m', '-5m', 'soon', '', 15, null, undefined])('A5 refuses a soak of %j', (wrong) => {
    expect(placesOf({ stages: [{ percent: 5, soak: wrong }] })).toEqual(['stages.0.soak']);
  });

  it.each([[[]], [undefined], [null], ['5'], [{}]])('A5 refuses stages that are %j', (stages) => {
    expect(placesOf({ stages })).toEqual(['stages']);
  });

  it('A5 lists every problem, each with place and remedy', () => {
    const parsed = parsePlan('own', {
      stages: [{ percent: 250, soak: '0s' }, { percent: 5.125 }, 'x', { percent: 5, soka: '1m' }],
      bake: 'soon',
      minSessions: 0,
      maxDuration: '-1d',
      slot: '0s',
      outcomeWindow: 'x',
      closingLag: '1s',
      strictness: 'very',
      stagess: [],
    });
    if (parsed.kind === 'ok') throw new Error('it was taken');
    expect(parsed.issues.map(({ place }) => place).toSorted()).toEqual([
      'bake',
      'closingLag',
      'maxDuration',
      'minSessions',
      'outcomeWindow',
      'slot',
      'stages.0.percent',
      'stages.0.soak',
      'stages.1.percent',
      'stages.1.soak',
      'stages.2.percent',
      'stages.2.soak',
      'stages.3.soak',
      'stages.3.soka',
      'stagess',
      'strictness',
    ]);
    for (const { problem, remedy } of parsed.issues) expect([problem, remedy]).not.toContain('');
    expect(parsed.issues).toContainEqual({
      place: 'stagess',
      problem: 'There is no setting "stagess" here.',
      remedy: 'Did you mean "stages"?',
    });
  });

  it('takes percentages at both borders and with two decimals', () => {
    expect(
      planOf({
        stages: [
          { percent: 0.01, soak },
          { percent: 99.99, soak },
        ],
      }).stages.map((s) => s.weightBp),
    ).toEqual([1, 9999, 10_000]);
  });

  it('gives a plan of long soaks twice their time before a person must decide', () => {
    expect(planOf({ stages: [{ percent: 5, soak: '2d' }], bake: '1d' }).maxDurationMs).toBe(6 * 1440 * minute);
    expect(placesOf({ stages: [{ percent: 5, soak: '2d' }], bake: '1d', maxDuration: '3d' })).toEqual(['maxDuration']);
    expect(placesOf({ stages: [{ percent: 5, soak: '2d' }], bake: '1d', maxDuration: '73h' })).toEqual([]);
  });

  it.each([null, undefined, 5, 'standard', [], () => 1])('refuses %j, which is no plan', (written) => {
    expect(placesOf(written)).toEqual(['.']);
  });

  it('never throws, and ends every plan that it takes at 100 % with increasing weights and soaks above zero', () => {
    const value = fc.oneof(
      fc.anything({ withBigInt: true }),
      fc.double(),
      fc.constantFrom('1s', '15m', '1d', 5, 25, 100),
    );
    const stage = fc.record({ percent: value, soak: value }, { requiredKeys: [] });
    const written = fc.record(
      { stages: fc.oneof(fc.array(stage), value), bake: value, slot: value, minSessions: value, maxDuration: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(written, (plan) => {
        const parsed = parsePlan('own', plan);
        if (parsed.kind === 'invalid') return parsed.issues.length > 0;
        const { stages } = parsed.value;
        return (
          stages.at(-1)?.weightBp === 10_000 &&
          stages.every(({ soakMs }) => soakMs > 0) &&
          stages.every(({ weightBp }, i) => weightBp > (stages[i - 1]?.weightBp ?? 0))
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
