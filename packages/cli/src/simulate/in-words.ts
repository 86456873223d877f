import type { Frequency, PeerSummary, Spread, Summary } from '@sluice/simulate';
import type { Findings } from './findings.js';

/** One figure with its name. */
export type Line = readonly [name: string, text: string];

/** What was simulated, in one sentence. */
export function aboutOf({ simulated: s, bad }: Findings): string {
  const kinds = `${count(s.runs)} harmless rollouts${bad === null ? '' : ` and as many with ${s.defect}`}`;
  const incident = s.incident === null ? '' : `, incident ${s.incident}`;
  return `${kinds}: ${String(s.sessionsPerSecond)} sessions/s of which ${String(s.errorPercent)} % fail${incident}, plan ${s.plan}, seed ${String(s.seed)}.`;
}

/** What Sluice did, line by line. */
export function linesOf({ harmless, bad }: Findings): readonly Line[] {
  const good: readonly Line[] = [
    ['False rollbacks', `${share(harmless.rolledBack)}; at most 1 % is promised`],
    ['Harmless held', share(harmless.held)],
    ['Harmless at 100 %', reached(harmless)],
  ];
  return bad === null ? good : [...good, ...badLines(bad)];
}

function badLines(bad: Summary): readonly Line[] {
  const { exposed, exposedFailed, backMs } = bad;
  const exposure =
    exposed === null
      ? 'none was taken back'
      : `${spread(exposed, count)} canary sessions until back at stable; ${count(exposedFailed?.mean ?? 0)} failed in the mean`;
  return [
    ['Detected', share(bad.rolledBack)],
    ['Exposure', exposure],
    ['Time', backMs === null ? 'none was taken back' : `${spread(backMs, length)} until back at stable`],
    ['Bad at 100 %', reached(bad)],
  ];
}

function reached({ reachedAll, allMs }: Summary): string {
  return `${share(reachedAll)}${allMs === null ? '' : `; after ${length(allMs.median)} in the median, 90 % after ${length(allMs.p90)}`}`;
}

export const peerColumns = ['', 'false rollbacks', 'detected', 'mean', 'median', '90 %'] as const;

/** Sluice and its peers; exposures are canary sessions of bad rollouts, or of false rollbacks where none is bad. */
export function peerRows(findings: Findings): readonly (readonly string[])[] {
  const { harmless, bad, peers, waldsBound } = findings;
  const row = (name: string, good: Pick<PeerSummary, 'rolledBack'>, ill: Omit<PeerSummary, 'name'> | null) => [
    name,
    percent(good.rolledBack.share),
    ill === null ? '–' : percent(ill.rolledBack.share),
    ...spreadCells(ill?.exposed ?? null),
  ];
  return [
    row('Sluice', harmless, bad),
    ...(peers ?? []).map((peer) => row(peer.name, peer.harmless, peer.bad)),
    ...(waldsBound === null ? [] : [["Wald's bound", '–', '–', count(waldsBound), '–', '–']]),
  ];
}

function spreadCells(of: Spread | null): readonly string[] {
  return of === null ? ['–', '–', '–'] : [count(of.mean), count(of.median), count(of.p90)];
}

export const peersNote =
  "Canary sessions until taken back. Sluice's with all delays; the others see every session at once and act without delay, below 100 %.";

/** What is printed. */
export function inWords(findings: Findings): string {
  const lines = linesOf(findings).map(([name, text]) => `${name.padEnd(18)} ${text}`);
  const table = findings.peers === null ? [] : ['', ...tableOf(peerRows(findings)), peersNote];
  return [aboutOf(findings), '', ...lines, ...table].join('\n');
}

function tableOf(rows: readonly (readonly string[])[]): readonly string[] {
  return [peerColumns, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(22) : cell.padStart(i === 1 ? 16 : 10))).join(''),
  );
}

function spread(of: Spread, unit: (n: number) => string): string {
  return `mean ${unit(of.mean)}, median ${unit(of.median)}, 90 % ${unit(of.p90)}`;
}

function share({ times, of, share: part, low, high }: Frequency): string {
  return `${count(times)} of ${count(of)}, ${percent(part)} (95 % interval ${digits(low)} to ${percent(high)})`;
}

function count(n: number): string {
  return Math.round(n).toLocaleString('en');
}

function digits(part: number): string {
  return String(Number((100 * part).toPrecision(100 * part < 1 ? 2 : 3)));
}

function percent(part: number): string {
  return `${digits(part)} %`;
}

export function length(ms: number): string {
  if (ms < 120_000) return `${String(Math.round(ms / 1000))} s`;
  return ms < 7_200_000 ? `${(ms / 60_000).toFixed(0)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
