import * as v from 'valibot';
import { headersFrom, lengthFrom } from './config-checks.js';
import { parseDuration } from './duration.js';
import { isRecord } from './parsed.js';
import { strictShape } from './wording.js';

/** Slots from the counters that Prometheus scrapes from `/metrics`, of any number of controllers. */
export interface WrittenPrometheus {
  readonly kind: 'prometheus';
  /** `https://prometheus.example.com`; a path before `/api/v1` belongs to it. */
  readonly url: string;
  /** Name of the scrape job. Default `sluice`. */
  readonly job?: string;
  /** Environment variables that hold the whole value of a header: `{ Authorization: 'PROMETHEUS_AUTHORIZATION' }`. */
  readonly headersFrom?: Readonly<Record<string, string>>;
  /** Until a whole answer is there. Default 5s, at most 30s. */
  readonly timeout?: string;
  /** Folder of the slot journals. */
  readonly folder?: string;
}

/** How Prometheus is asked; secrets are still names. */
export interface PrometheusTelemetry {
  readonly url: string;
  readonly job: string;
  readonly headersFrom: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

const defaultFolder = '.sluice/telemetry';
const folder = v.optional(
  v.pipe(v.string(), v.nonEmpty('It is empty. | Write something, or leave it out.')),
  defaultFolder,
);

const prometheus = strictShape({
  kind: v.literal('prometheus', "It is not a source of telemetry. | Use 'prometheus', or name a folder alone."),
  url: v.pipe(
    v.string(),
    v.regex(
      /^https?:\/\/[^\s/?#{}@\\]+(\/[^\s?#]*)?$/,
      "It is no address. | Write it as 'https://prometheus.example.com', without a user and without /api/v1.",
    ),
    v.check((url) => !/\/api\/v1\/?$/.test(url), 'It ends in /api/v1. | Leave that out: it is added.'),
  ),
  job: v.optional(v.pipe(v.string(), v.nonEmpty('It is empty. | Name the scrape job, like sluice.')), 'sluice'),
  headersFrom,
  timeout: v.optional(lengthFrom(1, 30_000, "Write it as '5s', at most '30s'."), '5s'),
  folder,
});

type Written = string | v.InferInput<typeof prometheus> | undefined;
type Checked = string | v.InferOutput<typeof prometheus>;

/** A folder alone: telemetry in process. An object: Prometheus. */
export const telemetryShape: v.GenericSchema<Written, Checked> = v.lazy(
  (written) => (isRecord(written) ? prometheus : folder) as v.GenericSchema<Written, Checked>,
);

/** The folder of the journals, and how Prometheus is asked where it is the source. */
export function telemetryOf(checked: Checked): {
  readonly telemetry: string;
  readonly prometheus?: PrometheusTelemetry;
} {
  if (typeof checked === 'string') return { telemetry: checked };
  const { url, job, headersFrom: headers, timeout } = checked;
  return {
    telemetry: checked.folder,
    prometheus: { url, job, headersFrom: headers, timeoutMs: parseDuration(timeout) ?? 5000 },
  };
}
