import * as v from 'valibot';
import { telemetryShape } from './config-telemetry.js';
import { parseDuration } from './duration.js';
import { isRecord, recordShape } from './parsed.js';
import { strictShape } from './wording.js';

const port = v.pipe(
  v.number('It is not a number. | Use a port from 0 to 65535; 0 is any free one.'),
  v.check(
    (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
    'It is not a port. | Use a whole number from 0 to 65535; 0 is any free one.',
  ),
);
export const duration = v.pipe(
  v.string(),
  v.check(
    (text) => parseDuration(text) !== undefined,
    "It is not a length of time above zero. | Write it as '90s', '15m', '2h' or '1d'.",
  ),
);
export const words = v.pipe(v.string(), v.nonEmpty('It is empty. | Write something, or leave it out.'));
const host = v.optional(words, '127.0.0.1');
const telemetry = v.optional(telemetryShape, '.sluice/telemetry');
const controller = v.optional(
  strictShape({ host, port: v.optional(port, 4401), tick: v.optional(duration, '1s') }),
  {},
);

const localTarget = strictShape({
  kind: v.optional(v.literal('local'), 'local'),
  store: v.optional(words, '.sluice/store'),
  telemetry,
  keys: v.optional(words, '.sluice/keys.json'),
  edge: v.optional(strictShape({ host, port: v.optional(port, 4400) }), {}),
  controller,
});

const matching = (pattern: RegExp, message: string) => v.pipe(v.string(), v.regex(pattern, message));
const s3Url = matching(
  /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[^\s]*)?$/,
  "It is not the address of a bucket. | Write it as 's3://bucket' or 's3://bucket/folder'.",
);
const region = matching(/^[a-z]{2}(-[a-z]+)+-\d$/, "It is not a region. | Write it as 'eu-central-1'.");
const address = matching(/^https?:\/\/[^\s/]+\/?$/, "It is not an origin. | Write it as 'https://www.example.com'.");
const roleArn = matching(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/\S+$/,
  "It is not the ARN of a role. | Write it as 'arn:aws:iam::123456789012:role/deploy'.",
);
const account = matching(/^\d{12}$/, "It is not an account. | Write its 12 digits in quotes: '123456789012'.");
const keyValueStoreArn = matching(
  /^arn:aws[a-z-]*:cloudfront::\d{12}:key-value-store\/\S+$/,
  "It is not the ARN of a key-value store. | Write it as 'arn:aws:cloudfront::123456789012:key-value-store/<id>'.",
);

const attemptsProblem = 'It is not a number of attempts. | Write a whole number from 1 to 20.';
const maxAttempts = v.pipe(
  v.number(attemptsProblem),
  v.integer(attemptsProblem),
  v.minValue(1, attemptsProblem),
  v.maxValue(20, attemptsProblem),
);

const distributionId = matching(
  /^E[A-Z0-9]{5,}$/,
  "It is not the id of a distribution. | Write it as 'E2QWRUHAPOMQZL'.",
);
const stickySeconds = v.pipe(
  v.number(),
  v.check(
    (value) => Number.isInteger(value) && value >= 300 && value <= 3600,
    'CloudFront keeps visitors on their side for 300 to 3600 seconds. | Use a whole number in between.',
  ),
);
const continuousDeployment = strictShape({
  distribution: distributionId,
  site: v.optional(address),
  stickySeconds: v.optional(stickySeconds),
  endpoint: v.optional(address),
});
const appConfig = strictShape({
  application: words,
  environment: words,
  profile: words,
  region: v.optional(region),
  endpoint: v.optional(address),
});

const awsTarget = strictShape({
  kind: v.literal('aws'),
  store: s3Url,
  region,
  endpoint: v.optional(address),
  role: v.optional(roleArn),
  maxAttempts: v.optional(maxAttempts),
  timeout: v.optional(duration),
  account: v.optional(account),
  site: v.optional(address),
  distribution: v.optional(distributionId),
  keyValueStore: v.optional(strictShape({ arn: keyValueStoreArn, endpoint: v.optional(address) })),
  keys: v.optional(words),
  invalidate: v.optional(
    v.picklist(['never', 'on-rollback'], "It is not known. | Use 'never' or 'on-rollback'."),
    'never',
  ),
  appConfig: v.optional(appConfig),
  continuousDeployment: v.optional(v.pipe(recordShape, v.record(v.string(), continuousDeployment)), {}),
  regions: v.optional(v.array(strictShape({ name: words, store: s3Url, region, endpoint: v.optional(address) })), []),
  telemetry,
  controller,
});

type Written = v.InferInput<typeof localTarget> | v.InferInput<typeof awsTarget>;
type Checked = v.InferOutput<typeof localTarget> | v.InferOutput<typeof awsTarget>;

const unknownKind = strictShape({
  kind: v.picklist(['local', 'aws'], "It is not a kind of target. | Use 'local' or 'aws'."),
});

/** One target; without `kind` it is a local one. */
export const targetShape: v.GenericSchema<Written, Checked> = v.lazy((written) => {
  const kind = isRecord(written) ? written['kind'] : undefined;
  if (kind === 'aws') return awsTarget;
  return kind === undefined || kind === 'local' ? localTarget : (unknownKind as unknown as typeof localTarget);
});
