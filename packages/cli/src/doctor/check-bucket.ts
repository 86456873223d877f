import { indexKey, pointerKey, versionManifestKey, type AppPlace } from '@sluice/core';
import { parsePointerDocument } from '@sluice/schema';
import type { BucketInspection } from '@sluice/aws/s3';
import type { Context } from '../context.js';
import { inspectStore } from '../target/store.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

/** What the bucket of a target says beside what is in it: its policy, CORS rules, and the headers it serves. */
export async function checkBucket({ target, store, platform }: Context): Promise<readonly Finding[]> {
  if (target.kind !== 'aws') return [];
  try {
    const keys = await Promise.all(platform.apps.map(({ place }) => cachedKeys(place)));
    const folders = platform.apps.map(({ place }) => place.prefix);
    const seen = await inspectStore(target, { folders, keys: [indexKey, ...keys.flat()] });
    return [policyIn(seen), corsIn(seen), cachingIn(seen)];
  } catch (error) {
    return [fromError('bucket', error)];
  }

  /** The pointer, and a file of the version that it names. */
  async function cachedKeys(place: AppPlace): Promise<readonly string[]> {
    const found = await store.read(pointerKey(place));
    if (found === undefined) return [];
    const pointer = parsePointerDocument(new TextDecoder().decode(found.bytes));
    return [pointerKey(place), ...(pointer.kind === 'ok' ? [versionManifestKey(place, pointer.value.version)] : [])];
  }
}

function policyIn({ missingStatement }: BucketInspection): Finding {
  if (missingStatement === undefined)
    return fine('bucket policy', 'versions and previews can be written once only, by whomever');
  return wrong('bucket policy', {
    code: 'config-invalid',
    text: 'Whoever may write to the bucket can overwrite a published version: its policy does not demand s3:if-none-match for all versions and previews.',
    remedy: 'Add this statement to the policy of the bucket (aws s3api put-bucket-policy).',
    details: [JSON.stringify(missingStatement)],
  });
}

function corsIn({ foreignWrites }: BucketInspection): Finding {
  if (foreignWrites.length === 0) return fine('bucket CORS', 'pages of other sites can write nothing');
  return wrong('bucket CORS', {
    code: 'config-invalid',
    text: `Its CORS rules let pages of any site ask for ${foreignWrites.join(', ')}.`,
    remedy:
      'Take these methods out (aws s3api put-bucket-cors): pages need GET and HEAD, and none from their own site.',
  });
}

function cachingIn({ wrongCaching }: BucketInspection): Finding {
  if (wrongCaching.length === 0) return fine('cache headers', 'pointers are short-lived, versions immutable');
  return wrong('cache headers', {
    code: 'config-invalid',
    text: `${String(wrongCaching.length)} objects have another Cache-Control than Sluice gives: somebody else wrote them.`,
    remedy: 'The next write of Sluice sets it; for a version: aws s3 cp onto itself with --cache-control.',
    details: wrongCaching.map(({ key, seen, wanted }) => `${key}: "${seen}" instead of "${wanted}"`),
  });
}
