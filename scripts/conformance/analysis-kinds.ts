import type { Mixture, RateNull, SlotCounts } from '@sluice/core';
import type { Code, Entry, Kind, Values } from './kinds.js';

interface Process {
  readonly grid: readonly number[];
  readonly w0: number;
  readonly horizon: number;
  readonly alpha: number;
  readonly minFail?: number;
  readonly batches: readonly (SlotCounts & { readonly slots: number })[];
}

/** The parts of the analysis, each alone: an increment, a mixture over its whole run, the ramp, the limits. */
export const analysisKinds: readonly (readonly [string, Kind])[] = [
  [
    'logInc',
    kindOf(['nc', 'nb', 'ec', 'eb', 'rho', 'delta', 'r'], ['logE'], (code, { r, rho, delta, ...counts }) => ({
      logE: code.logIncrement(counts as unknown as SlotCounts, { rho, delta } as RateNull, Number(r)),
    })),
  ],
  [
    'logTlg',
    kindOf(['nc', 'nb', 'ec', 'eb', 'thb', 'r'], ['logE'], (code, { r, thb, ...counts }) => ({
      logE: code.quantileIncrement(counts as unknown as SlotCounts, shareOf(thb), Number(r)),
    })),
  ],
  [
    'mixtureProcess',
    processKind(
      ['rho', 'delta'],
      (code, entry) => (counts, r) => code.logIncrement(counts, entry as unknown as RateNull, r),
    ),
  ],
  [
    'loadProcess',
    processKind(
      ['thb'],
      (code, { thb }) =>
        (counts, r) =>
          code.quantileIncrement(counts, shareOf(thb), r),
    ),
  ],
  [
    'srm',
    kindOf(['nc', 'nb', 'w'], ['logE'], (code, entry) => ({
      logE: code.lnRatio(entry as unknown as { w: number; nc: number; nb: number }),
    })),
  ],
  [
    'nextWeight',
    kindOf(['w', 'nc', 'ec', 'nb', 'eb', 'lambda_', 'tauR', 'budget', 'grow', 'wmax'], ['out'], (code, entry) => ({
      out: code.nextWeight(weightInput(entry)),
    })),
  ],
  [
    'waldLimits',
    kindOf(
      ['pb', 'pc', 'alpha'],
      ['klKnownBaseline', 'canarySessionsKnown', 'canarySessionsTwoSampleW05'],
      (code, entry) => {
        const input = { pb: Number(entry['pb']), pc: Number(entry['pc']), alpha: Number(entry['alpha']), weight: 0.05 };
        return {
          klKnownBaseline: code.klBernoulli(input.pc, input.pb),
          canarySessionsKnown: code.sessionsKnownBaseline(input),
          canarySessionsTwoSampleW05: code.sessionsTwoSample(input),
        };
      },
    ),
  ],
];

/** Vectors that have numbers under these names, and expect numbers under those. */
function kindOf(numbers: readonly string[], expected: readonly string[], seen: Kind['seen']): Kind {
  return {
    matches: (entry) => [...numbers, ...expected].every((name) => typeof entry[name] === 'number'),
    expected: (entry) => Object.fromEntries(expected.map((name) => [name, entry[name]])),
    seen,
  };
}

function shareOf(theta: unknown): { readonly of: number; readonly rest: number } {
  return { of: Number(theta), rest: 1 - Number(theta) };
}

function weightInput(entry: Entry): Parameters<Code['nextWeight']>[0] {
  const number = (name: string): number => Number(entry[name]);
  return {
    weight: number('w'),
    nc: number('nc'),
    ec: number('ec'),
    nb: number('nb'),
    eb: number('eb'),
    sessionsPerSecond: number('lambda_'),
    held: entry['hold'] === true,
    ramp: {
      failedSessions: number('budget'),
      reactionSeconds: number('tauR'),
      growth: number('grow'),
      highest: number('wmax'),
    },
  };
}

type Increment = (counts: SlotCounts, r: number) => number;

/** A mixture over a run of slots: ln E after each, ln S at its end, and the first slot at which it acts. */
function processKind(numbers: readonly string[], incrementOf: (code: Code, entry: Entry) => Increment): Kind {
  return {
    matches: (entry) =>
      ['grid', 'batches', 'logE'].every((name) => Array.isArray(entry[name])) &&
      [...numbers, 'w0', 'horizon', 'alpha'].every((name) => typeof entry[name] === 'number'),
    expected: ({ weights, logE, finalS, firstCrossing }) => known({ weights, logE, finalS, firstCrossing }),
    seen: (code, entry) => known(processSeen(code, entry, incrementOf(code, entry)), Object.keys(entry)),
  };
}

/** Without what is not there; and only what a vector has. */
function known(values: Values, names?: readonly string[]): Values {
  const wanted = ([name, value]: [string, unknown]): boolean =>
    value !== undefined && (names === undefined || names.includes(name));
  return Object.fromEntries(Object.entries(values).filter(wanted));
}

function processSeen(code: Code, entry: Entry, increment: Increment): Values {
  const { grid, w0, horizon, alpha, minFail = 0, batches } = entry as unknown as Process;
  let mixture: Mixture = code.createMixture(grid.length, w0);
  let spent = 0;
  let failed = 0;
  let firstCrossing: number | null = null;
  const logE = batches.map(({ slots, ...counts }, index) => {
    const restart = code.restartOf({ start: w0, horizon }, { spent, slots });
    mixture = code.growMixture(mixture, restart, (i) => increment(counts, grid[i] ?? 1));
    spent += slots;
    failed += counts.ec;
    const lnE = code.lnEvidence(mixture);
    // 0-based; every failure of the vectors is another subject's.
    if (failed >= minFail && lnE >= -Math.log(alpha)) firstCrossing ??= index;
    return lnE;
  });
  // The evidence is the plain mean over the grid.
  return { weights: grid.map(() => 1 / grid.length), logE, finalS: mixture, firstCrossing };
}
