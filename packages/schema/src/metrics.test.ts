import { defaultRules, guardrailMetric } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf } from './app-plan.js';
import { parseConfig } from './config.js';
import { parseMetrics, rulesOf } from './metrics.js';
import type { Issue } from './parsed.js';

function issuesOf(written: unknown): readonly Issue[] {
  const issues: Issue[] = [];
  parseMetrics(written, { strictness: 'default', place: 'metrics', issues });
  return issues;
}
const placesOf = (written: unknown): readonly string[] => issuesOf(written).map(({ place }) => place.slice(8));

describe('written metrics', () => {
  it("are Sluice's own where nothing is written, with the margins of the plan", () => {
    expect(rulesOf(undefined, 'default')).toEqual(defaultRules('default'));
    expect(rulesOf({}, 'strict')).toEqual(defaultRules('strict'));
  });

  it('have a guardrail where there is an SLO', () => {
    const [, , , guardrail] = rulesOf({ guardrail: { limit: '2%' } }, 'default').metrics;
    expect(guardrail).toEqual(guardrailMetric(0.02));
  });

  it('say what is done, and what is only told', () => {
    const { metrics, newErrors } = rulesOf(
      {
        errors: { strictness: 'strict' },
        'load-time': { tolerate: '21%', action: 'hold' },
        'remote-failures': { dryRun: true },
        'new-errors': { sessions: 20, action: 'notify' },
      },
      'default',
    );
    expect(metrics).toMatchObject([
      { name: 'errors', rho: 1.1, delta: 0.0002, action: 'roll-back', dryRun: false },
      { name: 'load-time', toleranceBuckets: 4, action: 'hold', dryRun: false },
      { name: 'remote-failures', rho: 1.25, action: 'roll-back', dryRun: true },
    ]);
    expect(newErrors).toEqual({ sessions: 20, action: 'notify' });
  });

  it('can be left out, all but errors', () => {
    const { metrics, newErrors } = rulesOf(
      { 'load-time': 'off', 'remote-failures': 'off', guardrail: 'off', 'new-errors': 'off' },
      'default',
    );
    expect(metrics.map(({ name }) => name)).toEqual(['errors']);
    expect(newErrors).toBeNull();
    expect(placesOf({ errors: 'off' })).toEqual(['errors']);
  });

  it('can be what an application reports', () => {
    const { metrics } = rulesOf(
      {
        checkout: { kind: 'rate', worse: 'less', tolerate: '5%' },
        'rage-clicks': { kind: 'rate', worse: 'more', action: 'notify' },
        'first-row': { kind: 'value', worse: 'higher', tolerate: '10%', from: 5 },
        score: { kind: 'value', worse: 'lower', from: 0.1, dryRun: true },
      },
      'default',
    );
    expect(metrics.slice(3)).toMatchObject([
      { name: 'checkout', kind: 'rate', of: 'reported', worse: 'less', rho: 0.95, delta: 0, weight: 0.1 },
      { name: 'rage-clicks', worse: 'more', rho: 1.25, delta: 0.0005, action: 'notify' },
      { name: 'first-row', kind: 'quantile', of: 'reported', worse: 'higher', toleranceBuckets: 2, from: 5 },
      { name: 'score', worse: 'lower', toleranceBuckets: 2, from: 0.1, dryRun: true },
    ]);
  });

  it('D13 without a condition are refused, with every problem at once', () => {
    const written = {
      guardrail: {},
      checkout: { kind: 'rate' },
      'first-row': { kind: 'value' },
      other: {},
      both: { kind: 'rate', worse: 'higher' },
    };
    expect(placesOf(written)).toEqual([
      'guardrail.limit',
      'checkout.worse',
      'first-row.worse',
      'first-row.from',
      'other.kind',
      'both.worse',
    ]);
    for (const { problem, remedy } of issuesOf(written)) expect([problem, remedy]).not.toContain('');
  });

  it.each([
    ['0%', 1],
    ['0.0001%', 0],
    ['50%', 0],
    ['50.01%', 1],
    ['-2%', 1],
    ['2', 1],
    [0.02, 1],
    ['2 %', 0],
  ])('D6 take a limit of %j on one side of the border only', (limit, problems) => {
    expect(placesOf({ guardrail: { limit } })).toHaveLength(problems);
  });

  it.each([
    ["a name that is Sluice's word", { incident: { kind: 'rate', worse: 'more' } }, ['incident']],
    ['a name with spaces', { 'a b': { kind: 'rate', worse: 'more' } }, ['a b']],
    ['an action that is none', { errors: { action: 'shout' } }, ['errors.action']],
    ['a dry run that is a word', { errors: { dryRun: 'yes' } }, ['errors.dryRun']],
    ['a rollback for what is new', { 'new-errors': { action: 'roll-back' } }, ['new-errors.action']],
    ['no session', { 'new-errors': { sessions: 0 } }, ['new-errors.sessions']],
    ['what it does not know', { 'load-time': { tolerat: '10%' } }, ['load-time.tolerat']],
    ['values that begin nowhere', { rows: { kind: 'value', worse: 'lower', from: 0 } }, ['rows.from']],
    ['a number for a metric', { errors: 5 }, ['errors']],
    ['a list', [], ['']],
  ])('refuse %s', (_what, written, places) => {
    expect(placesOf(written)).toEqual(places.map((place) => place));
  });

  it('refuse more than eight of an application', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${String(i)}`, { kind: 'rate', worse: 'more' }]));
    expect(placesOf(many(8))).toEqual([]);
    expect(placesOf(many(9))).toEqual(['']);
  });

  it('never throw, whatever is written', () => {
    const name = fc.constantFrom('errors', 'guardrail', 'load-time', 'new-errors', 'own', 'constructor');
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.dictionary(name, fc.anything())), (written) => {
        issuesOf(written);
      }),
      { seed: 1 },
    );
  });

  it('belong to an app, and become the rules of its plan', () => {
    const parsed = parseConfig({
      apps: { mfe1: { kind: 'remote', metrics: { guardrail: { limit: '1%' } } }, mfe2: { kind: 'remote' } },
      plan: 'adaptive',
    });
    if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.issues));
    const [one, two] = parsed.value.apps.map((app) => planOf(parsed.value, app));
    expect(one?.rules.metrics.map(({ name }) => name)).toContain('guardrail');
    expect(two).toEqual(parsed.value.plans.get('adaptive'));
    const broken = parseConfig({ apps: { mfe1: { kind: 'remote', metrics: { guardrail: {}, own: {} } } } });
    expect(broken.kind === 'invalid' && broken.issues.map(({ place }) => place)).toEqual([
      'apps.mfe1.metrics.guardrail.limit',
      'apps.mfe1.metrics.own.kind',
    ]);
  });
});
