import type { AppStatus } from '@sluice/controller/commands';
import { describe, expect, it } from 'vitest';
import { watchExit } from './watch-exit.js';

function status(id: string, rollout: object | null, drifted = false): AppStatus {
  return {
    drifted,
    rollout: rollout && { id, outcome: null, inconclusive: false, ...rollout },
  } as unknown as AppStatus;
}

const ended = (outcome: string) => status('r1', { outcome });
const running = status('r2', {});

describe('how a watch ends', () => {
  it.each([
    ['promoted', 0],
    ['fast-promoted', 0],
    ['promoted-unproven', 0],
    ['aborted', 3],
    ['rolled-back', 3],
    ['superseded', 3],
    ['expired', 3],
  ])('G5 with outcome %s: exit %i', (outcome, code) => {
    expect(watchExit([ended(outcome)], new Set(['r1']))).toBe(code);
  });

  it('goes on while anything runs', () => {
    expect(watchExit([ended('rolled-back'), running], new Set(['r1', 'r2']))).toBeUndefined();
  });

  it('G5 with exit 4 when a person must decide, with 6 when the pointer drifted', () => {
    expect(watchExit([status('r1', { inconclusive: true })], new Set(['r1']))).toBe(4);
    expect(watchExit([status('r1', {}, true)], new Set(['r1']))).toBe(6);
  });

  it('of all apps counts only what it saw running', () => {
    expect(watchExit([ended('rolled-back')], new Set())).toBe(0);
    expect(watchExit([ended('rolled-back'), status('r2', { outcome: 'promoted' })], new Set(['r2']))).toBe(0);
  });

  it('has nothing to wait for where nothing was ever rolled out', () => {
    expect(watchExit([status('', null)], new Set())).toBe(0);
  });
});
