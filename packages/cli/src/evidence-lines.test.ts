import { applySlot, createAnalysis, defaultRules, nothingBefore, verdictOf, type Slot } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { evidenceLines } from './evidence-lines.js';

const rules = defaultRules('default');

function linesAfter(count: number, [canary, baseline]: readonly [number, number]): readonly string[] {
  let state = createAnalysis({ horizon: 450, rules, before: { ...nothingBefore, sessions: 5000, failed: 50 } });
  for (let id = 1; id <= count; id += 1) {
    const slot: Slot = {
      id,
      rolloutId: 'r1',
      kind: 'comparison',
      revision: 1,
      weightBp: 5000,
      startMs: id * 10_000,
      lengthMs: 10_000,
      canary: { sessions: 1000, failed: canary, loadFailed: 0 },
      baseline: { sessions: 1000, failed: baseline, loadFailed: 0 },
    };
    state = applySlot(state, rules, slot);
  }
  return evidenceLines(verdictOf(state, rules)).map(([name, text]) => `${name}: ${text}`);
}

describe('G10 what status says beside its meters', () => {
  it('is nothing before a canary session was seen', () => {
    expect(linesAfter(0, [0, 0])).toEqual([]);
  });

  it('names each metric with how much of enough it has, and the one that still gathers its baseline', () => {
    expect(linesAfter(1, [0, 0])).toEqual(['metrics: errors 0 %, load-time gathers its baseline, remote-failures 0 %']);
  });

  it('gives the ratio as far as it is known', () => {
    expect(linesAfter(20, [10, 10]).at(-1)).toMatch(
      /^ratio: the canary fails 0\.\d+ to [1-4](\.\d)? times as often as stable$/,
    );
    expect(linesAfter(3, [60, 5]).join('\n')).toMatch(/ratio: the canary fails (at least )?[2-9]/);
  });
});
