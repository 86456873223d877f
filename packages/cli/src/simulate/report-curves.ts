import { peers as allPeers, type Run } from '@sluice/simulate';
import type { Simulated, SimulatedAll } from './simulate-all.js';

/** Curves over one axis, as the chart library takes them: a row of x, then a row for each curve. */
export interface Curves {
  readonly id: string;
  readonly title: string;
  readonly xName: string;
  readonly logarithmic: boolean;
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

const points = 160;

/** Share of rollouts taken back by so many canary sessions; null where none was. */
export function exposureCurves({ harmless, bad }: SimulatedAll): Curves | null {
  const of = bad ?? harmless;
  const sluice = of.runs.filter(isBack).map(({ exposed }) => exposed);
  const others = allPeers.flatMap(({ name }) => {
    const seen = of.peers.flatMap((one) => one[name] ?? []);
    return seen.length === 0 ? [] : [{ name, values: exposedUntilBack(seen) }];
  });
  const all = [{ name: 'Sluice', values: sluice }, ...others];
  const most = Math.max(0, ...all.flatMap(({ values }) => values));
  if (most === 0) return null;
  const x = grid(most, (part) => most ** part);
  return {
    id: 'exposure',
    title: `${bad === null ? 'Harmless' : 'Bad'} rollouts taken back by so many canary sessions, %`,
    xName: 'canary sessions',
    logarithmic: true,
    names: all.map(({ name }) => name),
    rows: [x, ...all.map(({ values }) => shares(values, of.runs.length, x))],
  };
}

/** Share of rollouts that were taken back, or had reached 100 %, by a time. */
export function timeCurves({ harmless, bad }: SimulatedAll): Curves {
  const ends = [...endsOf('harmless', harmless), ...(bad === null ? [] : endsOf('bad', bad))];
  const lastMs = Math.max(60_000, ...ends.flatMap(({ values }) => values));
  const x = grid(lastMs / 60_000, (part) => (part * lastMs) / 60_000);
  return {
    id: 'time',
    title: 'Rollouts taken back, or at 100 %, after so many minutes, %',
    xName: 'minutes',
    logarithmic: false,
    names: ends.map(({ name }) => name),
    rows: [
      x,
      ...ends.map(({ values, of }) =>
        shares(
          values.map((ms) => ms / 60_000),
          of,
          x,
        ),
      ),
    ],
  };
}

function endsOf(kind: string, { runs }: Simulated) {
  return [
    { name: `${kind}, taken back`, values: runs.filter(isBack).map(({ endMs }) => endMs), of: runs.length },
    { name: `${kind}, at 100 %`, values: runs.flatMap(({ fullMs }) => fullMs ?? []), of: runs.length },
  ];
}

const isBack = ({ outcome }: Run): boolean => outcome === 'rolled-back';

function exposedUntilBack(runs: Simulated['peers'][number][string][]): readonly number[] {
  return runs.filter(({ backMs }) => backMs !== null).map(({ exposed }) => exposed);
}

/** Evenly spread parts of the way, and the end itself: rounding must not cut off the last rollout. */
function grid(end: number, at: (part: number) => number): readonly number[] {
  return [...Array.from({ length: points }, (_, i) => Number(at(i / points).toPrecision(4))), end];
}

/** Percent of all that are at most x, for each x. */
function shares(values: readonly number[], of: number, x: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  let below = 0;
  return x.map((border) => {
    while (below < sorted.length && (sorted[below] ?? Infinity) <= border) below += 1;
    return Number(((100 * below) / of).toFixed(2));
  });
}
