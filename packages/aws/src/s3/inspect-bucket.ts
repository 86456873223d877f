import { GetBucketCorsCommand, GetBucketPolicyCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { commonError, failureOf } from '../aws-error.js';
import { bucketOf, type Bucket, type S3StoreOptions } from './bucket.js';
import { objectHeaders } from './object-headers.js';
import { storeError } from './s3-error.js';

/** What the bucket itself says, beside what is in it. */
export interface BucketInspection {
  /**
   * Statement that would make versions and previews immutable for everybody, where the bucket's policy does not; undefined
   * where it does for all of them.
   */
  readonly missingStatement: PolicyStatement | undefined;
  /** Methods other than GET and HEAD that its CORS rules allow to pages of any site. */
  readonly foreignWrites: readonly string[];
  /** Objects with a Cache-Control other than ours, with what they have; those that are not there are left out. */
  readonly wrongCaching: readonly { readonly key: string; readonly seen: string; readonly wanted: string }[];
}

interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface BucketQuestions {
  /** Folders of the apps in the store; `''` is its root. */
  readonly folders: readonly string[];
  /** Keys of the store whose headers are looked at. */
  readonly keys: readonly string[];
}

/**
 * Looks at the bucket's policy, its CORS rules, and the headers of some objects. Needs s3:GetBucketPolicy,
 * s3:GetBucketCORS and s3:GetObject. Throws `credentials-invalid`, `access-denied`, `store-not-found`,
 * `store-unreachable`.
 */
export async function inspectBucket(
  options: S3StoreOptions,
  { folders, keys }: BucketQuestions,
): Promise<BucketInspection> {
  const bucket = bucketOf(options);
  try {
    const [missing, foreignWrites, caching] = await Promise.all([
      overwritable(bucket, folders),
      writesFromElsewhere(bucket),
      Promise.all(keys.map((key) => cachingOf(bucket, key))),
    ]);
    return {
      missingStatement: missing.length === 0 ? undefined : immutable(missing),
      foreignWrites,
      wrongCaching: caching.flat(),
    };
  } catch (error) {
    // The store's own remedy names permissions that it has: it was read before.
    throw commonError(`Looking at the bucket of ${bucket.url}`, error) ?? storeError(bucket, 'read', error);
  } finally {
    bucket.client.destroy();
  }
}

/**
 * Files of a version are written where nothing is, or not at all (AWS, "Enforce conditional writes on Amazon S3
 * buckets"). Beginning a multi-part upload knows no condition; completing it does. Archives of the history lie under
 * the same pattern, and are written once as well.
 */
function immutable(resources: readonly string[]): PolicyStatement {
  return {
    Sid: 'VersionsAreWrittenOnce',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: resources,
    Condition: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
  };
}

/**
 * Where the versions of apps lie, as policies write it. Their `*` spans slashes: a pattern in which the pointer of
 * another app lies as well is left out, because that pointer is written again and again.
 */
export function versionPatterns(folders: readonly string[]): readonly string[] {
  const within = (folder: string): string => (folder === '' ? '' : `${folder}/`);
  const patterns = folders.flatMap((folder) => [`${within(folder)}v*/*`, `${within(folder)}pr-*/*`]);
  return patterns.filter((pattern) => {
    const beginning = pattern.slice(0, -'*/*'.length);
    const pointers = folders.map((folder) => `${within(folder)}active-version.json`);
    return !pointers.some((key) => key.startsWith(beginning) && key.slice(beginning.length).includes('/'));
  });
}

/** Where versions and previews lie for which no statement demands that they are new. */
async function overwritable(bucket: Bucket, folders: readonly string[]): Promise<readonly string[]> {
  const { client, address, prefix } = bucket;
  const answer = await unlessAbsent('NoSuchBucketPolicy', client.send(new GetBucketPolicyCommand(address)));
  const { Statement = [] } = JSON.parse(answer?.Policy ?? '{}') as { Statement?: PolicyStatement | PolicyStatement[] };
  const held = [Statement].flat().filter(demandsNewKeys);
  return versionPatterns(folders)
    .map((pattern) => `arn:aws:s3:::${address.Bucket}/${prefix}${pattern}`)
    .filter((wanted) => !held.some(({ Resource = [] }) => [Resource].flat().some((seen) => covers(seen, wanted))));
}

function demandsNewKeys({ Effect, Action, Condition = {} }: PolicyStatement): boolean {
  return (
    Effect === 'Deny' &&
    [Action].flat().some((action) => ['s3:PutObject', 's3:Put*', 's3:*', '*'].includes(action)) &&
    Object.entries(Condition).some(([kind, keys]) => kind === 'Null' && String(keys['s3:if-none-match']) === 'true')
  );
}

/** Whether a resource of a policy covers all that another one does: an asterisk of the latter is matched by one only. */
export function covers(resource: string, other: string): boolean {
  const escaped = resource
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '[^*]');
  return new RegExp(`^${escaped}$`, 's').test(other);
}

async function writesFromElsewhere({ client, address }: Bucket): Promise<readonly string[]> {
  const answer = await unlessAbsent('NoSuchCORSConfiguration', client.send(new GetBucketCorsCommand(address)));
  const open = (answer?.CORSRules ?? []).filter(({ AllowedOrigins = [] }) => AllowedOrigins.includes('*'));
  const methods = open.flatMap(({ AllowedMethods = [] }) => AllowedMethods);
  return [...new Set(methods)].filter((method) => method !== 'GET' && method !== 'HEAD');
}

async function cachingOf({ client, address, prefix }: Bucket, key: string): Promise<BucketInspection['wrongCaching']> {
  const head = client.send(new HeadObjectCommand({ ...address, Key: `${prefix}${key}` }));
  const found = await unlessAbsent('NotFound', head);
  const { CacheControl: wanted } = objectHeaders(key);
  const seen = found?.CacheControl ?? 'none';
  return found === undefined || seen === wanted ? [] : [{ key, seen, wanted }];
}

async function unlessAbsent<T>(name: string, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (failureOf(error).name === name) return undefined;
    throw error;
  }
}
