import type {
  AnalysisRules,
  AnalysisState,
  ArmMeasurements,
  BaselineBefore,
  Histogram,
  Loads,
  Slot,
} from '@sluice/core';
import type { Code, Entry, Kind, Values } from './kinds.js';

type Counts = readonly [sessions: number, failed: number, loadFailed: number];
type WrittenLoads = Readonly<Record<'cold' | 'warm', readonly [unloaded: number, histogram: Histogram]>>;

/** A slot as a file of vectors has it. */
interface WrittenSlot {
  readonly kind: Slot['kind'];
  readonly rev: number;
  readonly w: number;
  readonly at: number;
  readonly len: number;
  readonly c: Counts;
  readonly b: Counts;
  readonly half?: readonly [sessions: number, failed: number];
  readonly loads?: { readonly c: WrittenLoads; readonly b: WrittenLoads };
}

interface Run {
  readonly rules: { readonly strict: boolean; readonly limit: number | null };
  readonly horizon: number;
  readonly before: {
    readonly sessions: number;
    readonly failed: number;
    readonly loads: Histogram;
    readonly noise: readonly [sumX2: number, slots: number];
  };
  readonly slots: readonly WrittenSlot[];
}

/** Whole runs of the analysis, the clamps of the ramp, and the band. */
export const analysisRunKinds: readonly (readonly [string, Kind])[] = [
  [
    'analysisRun',
    {
      matches: ({ rules, slots, before, lnRollback, end }) =>
        [rules, before, end].every((part) => typeof part === 'object' && part !== null) &&
        [slots, lnRollback].every((part) => Array.isArray(part) && part.length > 0),
      expected: ({ lnRollback, lnPromote, holds, failedAt, end }) => ({ lnRollback, lnPromote, holds, failedAt, end }),
      seen: (code, entry) => runSeen(code, entry as unknown as Run),
    },
  ],
  [
    'rampWeight',
    {
      matches: ({ w, out }) => typeof w === 'number' && typeof out === 'number',
      expected: ({ out }) => ({ out }),
      seen: weightSeen,
    },
  ],
  [
    'ratioBand',
    {
      matches: ({ counts }) => Array.isArray(counts),
      expected: ({ lower, upper }) => ({ lower, upper }),
      seen: bandSeen,
    },
  ],
];

function runSeen(code: Code, { rules: written, horizon, before, slots }: Run): Values {
  const strictness = written.strict ? 'strict' : 'default';
  const own = code.defaultRules(strictness);
  const limits = written.limit === null ? [] : [code.guardrailMetric(written.limit)];
  const rules: AnalysisRules = { ...own, metrics: [...own.metrics, ...limits], newErrors: null };
  const [sumX2, noisy] = before.noise;
  const known: BaselineBefore = {
    ...code.nothingBefore,
    sessions: before.sessions,
    failed: before.failed,
    histograms: { 'load-time': before.loads },
    noise: { sumX2, slots: noisy },
  };
  let state: AnalysisState = code.createAnalysis({ horizon, rules, before: known });
  let failedAt: number | null = null;
  const after = slots.map((slot, i) => {
    state = code.applySlot(state, rules, slotOf(slot, i));
    if (state.judgement.failed) failedAt ??= i;
    const lnRollback = code.lnRollbackOf(state, rules);
    return {
      lnRollback: lnRollback === -Infinity ? null : lnRollback,
      lnPromote: code.lnPromoteOf(state),
      holds: [...state.judgement.holds].toSorted(),
    };
  });
  return {
    lnRollback: after.map((one) => one.lnRollback),
    lnPromote: after.map((one) => one.lnPromote),
    holds: after.map((one) => one.holds),
    failedAt,
    end: endOf(code, state, rules),
  };
}

function endOf(code: Code, state: AnalysisState, rules: AnalysisRules): Values {
  return {
    ln: Object.fromEntries(rules.metrics.map(({ name }) => [name, code.lnMetric(state, name)])),
    lnHold: code.lnEvidence(state.hold),
    lnRatio: code.lnRatioEvidence(state.ratio),
    phi: code.phiOf(state.noise),
    rate: state.reference.rate,
    thresholds: state.reference.thresholds['load-time'] ?? null,
  };
}

function slotOf({ kind, rev, w, at, len, c, b, half, loads }: WrittenSlot, i: number): Slot {
  return {
    id: i + 1,
    rolloutId: 'vector',
    kind,
    revision: rev,
    weightBp: w,
    startMs: at,
    lengthMs: len,
    canary: armOf(c, loads?.c),
    baseline: armOf(b, loads?.b),
    ...(half === undefined ? {} : { half: { sessions: half[0], failed: half[1] } }),
  };
}

function armOf([sessions, failed, loadFailed]: Counts, loads: WrittenLoads | undefined): ArmMeasurements {
  const of = ([unloaded, histogram]: readonly [number, Histogram]): Loads => ({ unloaded, histogram });
  const arm = { sessions, failed, loadFailed };
  return loads === undefined ? arm : { ...arm, loads: { cold: of(loads.cold), warm: of(loads.warm) } };
}

function weightSeen(code: Code, entry: Entry): Values {
  const number = (name: string): number => Number(entry[name]);
  const { rate } = entry;
  const out = code.nextWeight({
    weight: number('w'),
    nc: number('nc'),
    ec: number('ec'),
    nb: number('nb'),
    eb: number('eb'),
    sessionsPerSecond: typeof rate === 'number' ? rate : undefined,
    held: entry['held'] === true,
    ramp: { failedSessions: 10, reactionSeconds: 30, growth: 2, highest: 0.25 },
  });
  return { out };
}

/** Through the analysis itself, slot by slot, with the noise that each slot is given. */
function bandSeen(code: Code, { counts }: Entry): Values {
  let likelihood = code.noRatioLikelihood;
  for (const [nc = 0, nb = 0, ec = 0, eb = 0, phi = 1] of counts as readonly (readonly number[])[]) {
    likelihood = code.addToLikelihood(likelihood, { nc, nb, ec, eb }, phi);
  }
  return { ...code.bandOf(likelihood) };
}
