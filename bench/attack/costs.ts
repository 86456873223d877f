import { defaultRangeCaps } from '@sluice/telemetry';
import { noCaps, simulate, type Attack } from './simulate.js';

type Cell = Omit<Attack, 'seed' | 'ranges' | 'aim'>;

const calm = { perSecond: 10, weightBp: 500, minutes: 15 } as const;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function runs(cell: Cell, seeds: number): Promise<readonly Awaited<ReturnType<typeof simulate>>[]> {
  const done = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    done.push(await simulate({ ...cell, aim: 'cause', ranges: 0, seed }));
  }
  return done;
}

/** Good canaries that are rolled back without an attacker, with the caps and without, by the number of visitors' ranges. */
export async function falseRollbacks(seeds: number): Promise<readonly string[]> {
  const lines = [];
  for (const honestRanges of [5, 50, 20_000]) {
    for (const rate of [0.005, 0.02]) {
      const cell = { ...calm, stableRate: rate, canaryRate: rate, honestRanges };
      const count = async (caps: Cell['caps']): Promise<string> => {
        const bad = (await runs({ ...cell, caps }, seeds)).filter(({ rolledBackAtS }) => rolledBackAtS !== undefined);
        return `${String(bad.length)}/${String(seeds)}`;
      };
      const found = [await count(noCaps), await count(defaultRangeCaps)];
      lines.push([String(honestRanges), `${String(100 * rate)} %`, ...found].map((text) => text.padEnd(14)).join(''));
    }
  }
  return lines;
}

/** What it costs honest visitors of a broken canary when a rollback waits for failures of more ranges. */
export async function exposures(seeds: number): Promise<readonly string[]> {
  const lines = [];
  for (const leastRanges of [0, 4, 6, 8, 12]) {
    const cells = [];
    for (const [canaryRate, honestRanges, caps] of [
      [1, 20_000, defaultRangeCaps],
      [0.5, 20_000, defaultRangeCaps],
      [0.05, 20_000, defaultRangeCaps],
      [0.5, 50, defaultRangeCaps],
      [0.5, 20, defaultRangeCaps],
      [0.5, 10, defaultRangeCaps],
      [0.5, 5, defaultRangeCaps],
      [0.5, 5, { perSlot: 100, failed: 20 }],
    ] as const) {
      const cell = { ...calm, caps, stableRate: 0.005, canaryRate, honestRanges, leastRanges };
      const done = await runs(cell, seeds);
      const caught = done.filter(({ rolledBackAtS }) => rolledBackAtS !== undefined);
      cells.push(`${String(median(done.map(({ exposed }) => exposed)))} (${String(caught.length)}/${String(seeds)})`);
    }
    lines.push([String(leastRanges), ...cells].map((text) => text.padEnd(18)).join(''));
  }
  return lines;
}
