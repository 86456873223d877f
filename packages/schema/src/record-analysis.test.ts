import { defaultRules, guardrailMetric } from '@sluice/core';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { rulesShape } from './record-analysis.js';

const rules = defaultRules('default');
const [errors, loadTime] = rules.metrics;
const takes = (metrics: readonly unknown[]): boolean => v.safeParse(rulesShape, { ...rules, metrics }).success;

describe('the rules in a record', () => {
  it('are sound as Sluice writes them', () => {
    expect(takes(rules.metrics)).toBe(true);
    expect(takes([...rules.metrics, guardrailMetric(0.02)])).toBe(true);
  });

  it.each([
    ['a weight of nothing', [{ ...errors, weight: 0 }]],
    ['a negative weight', [{ ...errors, weight: -0.1 }]],
    ['one name twice', [errors, errors]],
    ['no errors', [loadTime]],
    ["Sluice's name for another thing", [errors, { ...guardrailMetric(0.1), name: 'load-time' }]],
  ])('are refused with %s', (_what, metrics) => {
    expect(takes(metrics)).toBe(false);
  });
});
