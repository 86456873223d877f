import { defaultRangeCaps } from '@sluice/telemetry';
import { exposures, falseRollbacks } from './attack/costs.js';
import { noCaps, simulate, type Attack } from './attack/simulate.js';

// npm run bench -- attack: how many address ranges (/24 or /48) it takes to have a good canary rolled back, or to keep a bad
// one from it, within the first 15 minutes. `--seeds 20` for more runs a cell; `--costs`: what the caps, and a rollback
// that waits for failures of more ranges, cost honest visitors.

const at = process.argv.indexOf('--seeds');
const seeds = at < 0 ? 5 : Number(process.argv[at + 1]);
const minutes = 15;
const steps = [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 80, 120, 200] as const;

type Cell = Omit<Attack, 'seed' | 'ranges' | 'aim'>;

/** The attacker has won in at least half of the runs. */
async function wins(cell: Cell, aim: Attack['aim'], ranges: number): Promise<boolean> {
  let won = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { rolledBackAtS, held } = await simulate({ ...cell, aim, ranges, seed });
    const unnoticed = aim !== 'hide-unnoticed' || !held;
    if ((rolledBackAtS !== undefined) === (aim === 'cause') && unnoticed) won += 1;
  }
  return won * 2 >= seeds;
}

async function needed(cell: Cell, aim: Attack['aim']): Promise<string> {
  for (const ranges of steps) if (await wins(cell, aim, ranges)) return String(ranges);
  return `more than ${String(steps.at(-1))}`;
}

const row = (...cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(i < 2 ? 12 : 16)).join('');

async function attacks(): Promise<void> {
  console.log(
    `Ranges needed, in at least half of ${String(seeds)} runs of ${String(minutes)} minutes; canary at 5 %; the bad one fails 10x as often.`,
  );
  console.log(row('sessions/s', 'stable', 'cause, no cap', 'cause', 'hide, no cap', 'hide', 'hide unnoticed'));
  for (const perSecond of [10, 100]) {
    for (const stableRate of [0.005, 0.02]) {
      const base = { perSecond, weightBp: 500, stableRate, minutes };
      const good = { ...base, canaryRate: stableRate };
      const bad = { ...base, canaryRate: 10 * stableRate };
      const found = [
        await needed({ ...good, caps: noCaps }, 'cause'),
        await needed({ ...good, caps: defaultRangeCaps }, 'cause'),
        await needed({ ...bad, caps: noCaps }, 'hide'),
        await needed({ ...bad, caps: defaultRangeCaps }, 'hide'),
        await needed({ ...bad, caps: defaultRangeCaps }, 'hide-unnoticed'),
      ];
      console.log(row(String(perSecond), `${String(100 * stableRate)} %`, ...found));
    }
  }
}

async function costs(): Promise<void> {
  console.log(
    'No attacker, 10 sessions/s, canary at 5 %. Good canaries rolled back: ranges, failure rate, no caps, caps.',
  );
  for (const line of await falseRollbacks(seeds)) console.log(line);
  console.log(
    'Sessions on a broken canary until it is rolled back, median, and how many were: least ranges; fails always,',
  );
  console.log('half, 5 %; half where visitors are of 50, 20, 10, 5 ranges; of 5 with caps of 100 and 20.');
  for (const line of await exposures(seeds)) console.log(line);
}

await (process.argv.includes('--costs') ? costs() : attacks());
