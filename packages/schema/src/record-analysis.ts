import * as v from 'valibot';

// The analysis and its rules as a record keeps them. Numbers are finite: JSON has no others.

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const finite = v.pipe(v.number(), v.finite());
const text = v.pipe(v.string(), v.maxLength(4096));

const metric = {
  name: text,
  action: v.picklist(['roll-back', 'hold', 'notify']),
  dryRun: v.boolean(),
  weight: v.pipe(
    finite,
    v.check((weight) => weight > 0, 'It weighs nothing. | Give it a weight above zero.'),
  ),
};

type Named = readonly { readonly name: string; readonly kind: string; readonly of?: string }[];

const isUnique = (metrics: Named): boolean => new Set(metrics.map(({ name }) => name)).size === metrics.length;

/** What each of Sluice's own metrics measures; another's under its name would be taken for it. */
const own: Readonly<Record<string, string | undefined>> = {
  errors: 'rate failed',
  'remote-failures': 'rate load-failed',
  'load-time': 'quantile load',
  guardrail: 'limit ',
};

const isOwn = (metrics: Named): boolean =>
  metrics.every(({ name, kind, of = '' }) => own[name] === undefined || own[name] === `${kind} ${of}`) &&
  metrics.some(({ name }) => name === 'errors');

export const rulesShape = v.object({
  strictness: v.picklist(['default', 'strict']),
  metrics: v.pipe(
    v.array(
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
    v.check((metrics) => isUnique(metrics), 'Two of them have one name. | Name each once.'),
    v.check(
      (metrics) => isOwn(metrics),
      'There is no metric errors, or a name of Sluice means another thing. | Restore it from a backup.',
    ),
  ),
  newErrors: v.nullable(v.object({ sessions: count, action: v.picklist(['hold', 'notify']) })),
});

const arm = v.object({ sessions: count, failed: count });
const mixture = v.array(finite);
export const histogramShape = v.array(v.tuple([count, count]));

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
    histograms: v.record(v.string(), histogramShape),
  }),
  recent: v.object({
    from: v.pipe(v.number(), v.safeInteger()),
    sessions: v.array(count),
    failed: v.array(count),
    incidentMs: v.nullable(finite),
  }),
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
