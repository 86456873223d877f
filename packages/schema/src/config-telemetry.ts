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

/** Sessions and slots in a table of DynamoDB, which any number of processes count in. */
export interface WrittenDynamo {
  readonly kind: 'dynamodb';
  readonly table: string;
  /** Default: the target's. */
  readonly region?: string;
  readonly endpoint?: string;
  /** Partitions that counters are spread over. Default 16; the same for all who count, and never changed while a rollout runs. */
  readonly shards?: number;
}

export interface DynamoTelemetry {
  readonly table: string;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly shards: number;
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
  kind: v.literal(
    'prometheus',
    "It is not a source of telemetry. | Use 'prometheus' or 'dynamodb', or name a folder alone.",
  ),
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

const dynamo = strictShape({
  kind: v.literal('dynamodb'),
  table: v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9_.-]{3,255}$/, "It is not the name of a table. | Write it as 'sluice-telemetry'."),
  ),
  region: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "It is not a region. | Write it as 'eu-central-1'.")),
  ),
  endpoint: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^https?:\/\/[^\s/]+\/?$/, "It is not an origin. | Write it as 'http://127.0.0.1:8000'."),
    ),
  ),
  shards: v.optional(
    v.pipe(
      v.number(),
      v.check(
        (shards) => Number.isInteger(shards) && shards >= 1 && shards <= 256,
        'It is no number of partitions. | Use a whole number from 1 to 256; 16 is enough for 3,000 sessions a second.',
      ),
    ),
    16,
  ),
});

type Shape = typeof prometheus | typeof dynamo;
type Written = string | v.InferInput<Shape> | undefined;
type Checked = string | v.InferOutput<Shape>;

/** A folder alone: telemetry in process. An object: Prometheus, or DynamoDB. */
export const telemetryShape: v.GenericSchema<Written, Checked> = v.lazy((written) => {
  const kind = isRecord(written) ? written['kind'] : 'folder';
  const shape = kind === 'folder' ? folder : kind === 'dynamodb' ? dynamo : prometheus;
  return shape as v.GenericSchema<Written, Checked>;
});

/** The folder of the journals, and where slots come from if not from this process. */
export function telemetryOf(checked: Checked): {
  readonly telemetry: string;
  readonly prometheus?: PrometheusTelemetry;
  readonly dynamo?: DynamoTelemetry;
} {
  if (typeof checked === 'string') return { telemetry: checked };
  if (checked.kind === 'dynamodb') {
    const { kind: _kind, ...table } = checked;
    return { telemetry: defaultFolder, dynamo: table };
  }
  const { url, job, headersFrom: headers, timeout } = checked;
  return {
    telemetry: checked.folder,
    prometheus: { url, job, headersFrom: headers, timeoutMs: parseDuration(timeout) ?? 5000 },
  };
}
