import { isPercent } from '@sluice/core';
import * as v from 'valibot';
import { checkShape } from './config-checks.js';
import { routerNames } from './config-routers.js';
import { duration, targetShape, words } from './config-target-shape.js';
import { recordShape } from './parsed.js';
import { strictShape } from './wording.js';

const rate = v.pipe(v.number(), v.minValue(1));

const superseding = v.picklist(
  ['queue', 'replace', 'reject'],
  "It is not known. | Use 'queue', 'replace' or 'reject'.",
);
const share = v.custom<number>(
  (value) => isPercent(value) && value > 0,
  'It is not a percentage. | Use a number above 0, at most 100, with at most two decimals.',
);
const atLeastOne = v.pipe(v.number(), v.safeInteger('It is not whole. | Use 1, 2, 3 …'), v.minValue(1));

const notifier = strictShape({
  kind: v.picklist(
    ['console', 'webhook', 'slack', 'sns'],
    "It is not known. | Use 'console', 'webhook', 'slack' or 'sns'.",
  ),
  name: v.optional(words),
  url: v.optional(words),
  secretFrom: v.optional(words),
  topic: v.optional(words),
});

const visitors = strictShape({
  consent: v.optional(v.picklist(['required'], "It is not known. | Use 'required', or leave it out.")),
  identity: v.optional(v.picklist(['coarse'], "It is not known. | Use 'coarse', or leave it out.")),
});

const app = strictShape({
  kind: v.picklist(['shell', 'remote', 'library'], "It is not a kind of app. | Use 'shell', 'remote' or 'library'."),
  router: v.optional(
    v.picklist(
      routerNames,
      "It is not a router. | Use 'manifest', 'edge', 'cloudfront-continuous-deployment' or 'appconfig'.",
    ),
  ),
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^([a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*)?$/,
        "It is not a folder of a store. | Use a name like 'mfe1', or '' for the store's root.",
      ),
    ),
  ),
  plan: v.optional(v.string()),
  metrics: v.optional(v.unknown()),
  superseding: v.optional(superseding),
  checks: v.optional(v.array(checkShape), []),
  mount: v.optional(v.pipe(v.string(), v.regex(/^(\/[a-z0-9-]+)+$/, "It is not a path. | Write it as '/admin'."))),
});

/** Objects by name; valibot alone takes a list for one. */
function named<S extends v.GenericSchema>(entry: S) {
  return v.pipe(recordShape, v.record(v.string(), entry));
}

/** What is written in `sluice.config.ts`, with its defaults; names and what depends on others is checked elsewhere. */
export const configShape = strictShape({
  apps: named(app),
  plans: v.optional(named(v.unknown()), {}),
  plan: v.optional(v.string(), 'standard'),
  sampleRate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.01),
  rollbackWindow: v.optional(duration, '14d'),
  superseding: v.optional(superseding, 'queue'),
  groups: v.optional(named(v.array(v.string())), {}),
  limits: v.optional(strictShape({ maxConcurrent: v.optional(atLeastOne), maxExposedPercent: v.optional(share) })),
  freeze: v.optional(v.array(v.unknown()), []),
  alarms: v.optional(v.picklist(['brief', 'none'], "It is not known. | Use 'brief' or 'none'."), 'none'),
  notify: v.optional(v.array(notifier), []),
  link: v.optional(v.pipe(v.string(), v.regex(/^https?:\/\/\S+$/, 'It is no address. | Write it as https://…'))),
  ingestion: v.optional(
    strictShape({
      perClient: v.optional(rate, 50),
      total: v.optional(rate, 20_000),
      perRange: v.optional(atLeastOne, 5),
      failedPerRange: v.optional(atLeastOne, 1),
    }),
    {},
  ),
  visitors: v.optional(visitors, {}),
  targets: v.optional(named(targetShape), { local: {} }),
});

type Checked = v.InferOutput<typeof configShape>;
export type CheckedConfig = Checked;
export type CheckedApp = Checked['apps'][string];
export type CheckedTarget = Checked['targets'][string];
