import * as v from 'valibot';

// The analysis and its rules as a record keeps them. Numbers are finite: JSON has no others.

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(4096));

const metric = {
  name: text,
  action: v.picklist(['roll-back', 'hold', 'notify']),
  dryRun: v.boolean(),
  weight: finite,
};

export const rulesShape = v.object({
  strictness: v.picklist(['default', 'strict']),
  metrics: v.array(
    v.variant('kind', [
      v.object({
        ...metric,
        kind: v.literal('rate'),
        of: v.picklist(['failed', 'load-failed', 'reported']),
        worse: v.picklist(['more', 'less']),
        rho: finite,
        delta: finite,
      }),
      v.object({
        ...metric,
        kind: v.literal('quantile'),
        of: v.picklist(['load', 'reported']),
        worse: v.picklist(['higher', 'lower']),
        toleranceBuckets: count,
        from: finite,
      }),
      v.object({ ...metric, kind: v.literal('limit'), limit: finite }),
    ]),
  ),
  newErrors: v.nullable(v.object({ sessions: count, action: v.picklist(['hold', 'notify']) })),
});

const arm = v.object({ sessions: count, failed: count });
const mixture = v.array(finite);
const histogram = v.array(v.tuple([count, count]));

export const analysisShape = v.object({
  horizon: count,
  spent: v.object({ comparison: finite, guardrail: finite }),
  totals: v.object({ canary: arm, baseline: arm }),
  evidence: v.record(
    v.string(),
    v.object({ lnS: mixture, tails: v.exactOptional(v.array(v.object({ n: count, beyond: v.array(count) }))) }),
  ),
  hold: mixture,
  promote: mixture,
  baselineLimit: v.nullable(mixture),
  reference: v.object({
    rate: v.nullable(finite),
    gathered: arm,
    thresholds: v.record(v.string(), v.array(count)),
    histograms: v.record(v.string(), histogram),
  }),
  recent: v.object({ bins: v.array(v.tuple([count, count, count])), incidentMs: v.nullable(finite) }),
  noise: v.object({ sumX2: finite, slots: count }),
  ratio: v.object({
    revision: v.pipe(v.number(), v.safeInteger()),
    weight: finite,
    canary: count,
    baseline: count,
    lnPast: finite,
  }),
  errors: v.object({
    known: v.array(text),
    candidates: v.array(v.object({ fingerprint: text, text, sessions: count, lnChance: finite })),
  }),
  likelihood: mixture,
  judgement: v.object({
    failed: v.boolean(),
    lnMax: v.nullable(finite),
    holds: v.array(text),
    noted: v.array(text),
  }),
});
