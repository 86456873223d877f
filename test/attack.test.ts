import { defaultRangeCaps } from '@sluice/telemetry';
import { describe, expect, it } from 'vitest';
import { noCaps, simulate, type Attack } from '../bench/attack/simulate.js';

const cell = { seed: 7, perSecond: 10, weightBp: 500, stableRate: 0.005, minutes: 10 } as const;
const run = (more: Pick<Attack, 'aim' | 'ranges' | 'caps'> & Partial<Attack>) =>
  simulate({ ...cell, canaryRate: more.aim === 'cause' ? cell.stableRate : 5 * cell.stableRate, ...more });

describe('forged beacons', () => {
  it('none: a good canary stays, a bad one is taken back', async () => {
    const caps = defaultRangeCaps;
    expect((await run({ aim: 'cause', ranges: 0, caps })).rolledBackAtS).toBeUndefined();
    expect((await run({ aim: 'hide', ranges: 0, caps, canaryRate: 0.05 })).rolledBackAtS).toBeLessThan(600);
  });

  it('of one address range roll a good canary back where nothing is capped, and do not where it is', async () => {
    expect((await run({ aim: 'cause', ranges: 1, caps: noCaps })).rolledBackAtS).toBeLessThan(60);
    expect((await run({ aim: 'cause', ranges: 1, caps: defaultRangeCaps })).rolledBackAtS).toBeUndefined();
  });

  it('of one address range hide a bad canary where nothing is capped, and do not where it is', async () => {
    const bad = { aim: 'hide', ranges: 1, canaryRate: 0.2 } as const;
    expect((await run({ ...bad, caps: noCaps })).rolledBackAtS).toBeUndefined();
    expect((await run({ ...bad, caps: defaultRangeCaps })).rolledBackAtS).toBeLessThan(600);
  });

  it('of many ranges do what they want: influence is bounded, and not impossible', async () => {
    expect((await run({ aim: 'cause', ranges: 30, caps: defaultRangeCaps })).rolledBackAtS).toBeLessThan(60);
  });

  it('count as often as their ranges allow', async () => {
    const { counted } = await run({ aim: 'hide', ranges: 3, caps: { perSlot: 5, failed: 1 }, minutes: 5 });
    expect(counted).toBeLessThanOrEqual(3 * 5 * 31);
  });
});
