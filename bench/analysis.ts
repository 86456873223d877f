import { cpus } from 'node:os';
import { sessionsTwoSample } from '@sluice/core';
import {
  noDefect,
  peers,
  simulatePeers,
  simulateRollout,
  summarise,
  summarisePeer,
  usualLoads,
  usualScenario,
  type Scenario,
  type Summary,
} from '@sluice/simulate';
import {
  adaptive,
  borderOfTheNull,
  broken,
  errorsAlone,
  ramp,
  rampOfAll,
  times,
} from '../packages/simulate/src/scenarios.fixture.js';

// npm run bench -- analysis [runs]: how often a harmless canary is taken back, and how many sessions a bad one gets.

const runs = Number(process.argv[2] ?? 1000);
if (!Number.isSafeInteger(runs) || runs < 10) throw new Error('Give a whole number of runs, 10 or more.');

const scenarioOf = (of: Partial<Scenario>): Scenario =>
  usualScenario({ plan: ramp, sessionsPerSecond: 10, errorRate: 0.005, ...of });

interface Row {
  readonly title: string;
  readonly of: Partial<Scenario>;
  /** The figure that has a goal, and the goal. */
  readonly figure: (summary: Summary) => number;
  readonly atMost: number;
  readonly unit: '%' | 'sessions';
}

const back = { figure: (s: Summary) => 100 * s.rolledBack.share, atMost: 1, unit: '%' } as const;
const reached = { figure: (s: Summary) => 100 * s.reachedAll.share, atMost: 2, unit: '%' } as const;
const exposed = (atMost: number) =>
  ({ figure: (s: Summary) => s.exposed?.mean ?? Infinity, atMost, unit: 'sessions' }) as const;

const returning = { kind: 'returning', everyMs: 600_000, share: 0.5, persistent: false } as const;
const failing = { kind: 'returning', everyMs: 600_000, share: 1, persistent: true } as const;
const incident = { startMs: 600_000, lengthMs: 600_000, factor: 10, rate: 0 };
const outage = { startMs: 480_000, lengthMs: 180_000, factor: 1, rate: 0.5 };
const loadAlone = {
  ...ramp,
  rules: { ...errorsAlone, metrics: rampOfAll.rules.metrics.filter(({ name }) => name === 'load-time') },
};

const cells: readonly Row[] = [1, 10, 100, 1000].flatMap((sessionsPerSecond) =>
  [0.001, 0.005, 0.02].map((errorRate) => ({
    ...back,
    title: `harmless, ${String(sessionsPerSecond)}/s, ${String(100 * errorRate)} % fail`,
    of: { sessionsPerSecond, errorRate },
  })),
);
const laws: readonly Row[] = [
  { ...back, title: 'at the border of the null', of: { defect: borderOfTheNull } },
  { ...back, title: 'harmless, incident of both, 10×, across a step', of: { incident } },
  {
    ...back,
    title: 'harmless, cold cache, all processes',
    of: { plan: rampOfAll, loads: { ...usualLoads, canaryCold: 1 } },
  },
  { ...back, title: 'harmless, clients that fail whenever they come', of: { users: failing, errorRate: 0.02 } },
  { ...back, title: 'harmless, users who return every 10 min', of: { users: returning } },
  { ...back, title: 'harmless, weights take 5 min to spread', of: { propagationMs: 300_000 } },
  {
    ...reached,
    title: '3× promoted through an outage of both, adaptive',
    of: { plan: adaptive, defect: times(3), incident: outage },
  },
];
const exposures: readonly Row[] = [
  { ...exposed(700), title: '5×, 10/s', of: { defect: times(5) } },
  { ...exposed(700), title: '5×, 100/s', of: { defect: times(5), sessionsPerSecond: 100 } },
  { ...exposed(800), title: '5×, 10/s, all processes', of: { plan: rampOfAll, defect: times(5) } },
  {
    ...exposed(800),
    title: '5×, 100/s, all processes',
    of: { plan: rampOfAll, defect: times(5), sessionsPerSecond: 100 },
  },
  { ...exposed(20), title: 'broken, 10/s', of: { defect: broken } },
  ...[1, 10, 100, 1000].map((sessionsPerSecond) => ({
    ...exposed(20),
    title: `broken, ${String(sessionsPerSecond)}/s, adaptive`,
    of: { plan: adaptive, defect: broken, sessionsPerSecond },
  })),
  {
    ...exposed(165),
    title: '+50 % load time, 10/s',
    of: { plan: loadAlone, defect: { ...noDefect, loadFactor: 1.5 } },
  },
];

function measure({ title, of, figure, atMost, unit }: Row): Summary {
  const scenario = scenarioOf(of);
  const summary = summarise(Array.from({ length: runs }, (_, run) => simulateRollout(scenario, { seed: 2026, run })));
  const seen = figure(summary);
  const spread = summary.exposed;
  const more = unit === '%' || spread === null ? '' : `  median ${String(spread.median)}, 90 % ${String(spread.p90)}`;
  const missed = seen <= atMost ? '' : '  MISSED';
  if (missed !== '') process.exitCode = 1;
  console.log(
    `${title.padEnd(50)} ${seen.toFixed(unit === '%' ? 2 : 0).padStart(7)} ${unit}, at most ${String(atMost)}${more}${missed}`,
  );
  return summary;
}

/** Peers in the same traffic, with a tenth of the runs. */
function printPeers(): void {
  const few = Math.max(20, Math.ceil(runs / 10));
  const watch = (of: Partial<Scenario>) =>
    Array.from({ length: few }, (_, run) => simulatePeers(scenarioOf(of), { seed: 2027, run }));
  const harmless = cells.map(({ of }) => watch(of));
  const bad = [
    watch({ defect: times(5) }),
    watch({ defect: times(5), sessionsPerSecond: 100 }),
    watch({ defect: broken, sessionsPerSecond: 100 }),
  ];
  console.log(
    `\npeers, ${String(few)} runs a cell: worst false rollback; mean canary sessions for 5× at 10/s, at 100/s,`,
  );
  console.log('broken at 100/s, without any delay');
  for (const { name } of peers) {
    const of = (all: (typeof bad)[number]) =>
      summarisePeer(
        name,
        all.flatMap((one) => one[name] ?? []),
      );
    const worst = Math.max(...harmless.map((all) => of(all).rolledBack.share));
    const means = bad.map((all) => (of(all).exposed?.mean.toFixed(0) ?? 'never').padStart(8));
    console.log(`${name.padEnd(22)} ${(100 * worst).toFixed(1).padStart(6)} % ${means.join('')}`);
  }
  const limit = sessionsTwoSample({ pb: 1.25 * 0.005 + 0.0005, pc: 0.025, alpha: 0.01, weight: 0.05 });
  console.log(`Wald's bound for 5× with the same margin: ${limit.toFixed(0)}`);
}

console.log(`${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}, ${String(runs)} runs a row, seed 2026`);
const back12 = cells.map((row) => measure(row).rolledBack.times).reduce((sum, one) => sum + one, 0);
const share = (100 * back12) / (runs * cells.length);
console.log(`all twelve together ${share.toFixed(3)} %, at most 0.1${share > 0.1 ? '  MISSED' : ''}`);
if (share > 0.1) process.exitCode = 1;
for (const row of [...laws, ...exposures]) measure(row);
printPeers();
