import type { HistoryEntry } from '../documents/history.js';

/**
 * Sentences on the sessions that were counted: of the canary, of stable beside it, and those that fell back to stable.
 * What is not known, or cannot be, is left out.
 */
export function sessionLines({ version, numbers = {} }: HistoryEntry): readonly string[] {
  const { canarySessions, canaryFailed, stableSessions, stableFailed, recovered } = numbers;
  return [
    ...armLine(version, canarySessions, canaryFailed),
    ...armLine('the stable version', stableSessions, stableFailed),
    ...recoveredLine(recovered, canaryFailed),
  ];
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}

function armLine(arm: string, sessions: number | undefined, failed: number | undefined): readonly string[] {
  if (!isCount(sessions)) return [];
  if (sessions === 0) return [`No counted session got ${arm}.`];
  const got = `${grouped(sessions)} counted ${sessions === 1 ? 'session' : 'sessions'} got ${arm}`;
  if (!isCount(failed) || failed > sessions) return [`${got}.`];
  return [`${got}, and ${fate(failed, sessions)}.`];
}

function fate(failed: number, of: number): string {
  if (of === 1) return failed === 0 ? 'it did not fail' : 'it failed';
  if (failed === 0) return 'none of them failed';
  if (failed === of) return of === 2 ? 'both of them failed' : 'all of them failed';
  return `${grouped(failed)} of them failed (${[percent(failed, of), ...oneIn(failed, of)].join(', ')})`;
}

function recoveredLine(recovered: number | undefined, failed: number | undefined): readonly string[] {
  if (!isCount(recovered) || !isCount(failed) || failed === 0 || recovered > failed) return [];
  const shown = 'the stable version in the same page load.';
  if (failed === 1) return [`The session that failed ${recovered === 0 ? 'did not see' : 'saw'} ${shown}`];
  const share = recovered === 0 ? 'None of the' : recovered === failed ? 'All' : `${grouped(recovered)} of the`;
  return [`${share} ${grouped(failed)} that failed saw ${shown}`];
}

/** Two digits below 1 %, one decimal above; never rounded to nothing or to everything. */
function percent(part: number, of: number): string {
  const value = (100 * part) / of;
  if (value < 0.01) return 'less than 0.01 %';
  if (value > 99.9) return 'more than 99.9 %';
  return `${String(Number(value < 1 ? value.toPrecision(2) : value.toFixed(1)))} %`;
}

/** Only where the rounded number says much the same. */
function oneIn(part: number, of: number): readonly string[] {
  if (of % part === 0) return [`one in ${grouped(of / part)}`];
  return of / part < 5 ? [] : [`about one in ${grouped(Math.round(of / part))}`];
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
