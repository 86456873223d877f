import type { AppPlace, Store, VersionId, VersionManifest } from '@sluice/core';
import { DeliveryError, versionManifestKey, versionPrefix } from '@sluice/core';
import { parseVersionManifest } from '@sluice/schema';
import { inParallel } from './in-parallel.js';
import { sha256 } from './scan.js';

export interface VersionInput {
  readonly store: Store;
  readonly place: AppPlace;
  readonly version: VersionId;
}

/** The version's list of files; undefined where it is not published. Throws `document-invalid` with every problem. */
export async function readVersionManifest(input: VersionInput): Promise<VersionManifest | undefined> {
  const key = versionManifestKey(input.place, input.version);
  const found = await input.store.read(key);
  if (found === undefined) return undefined;
  const parsed = parseVersionManifest(new TextDecoder().decode(found.bytes));
  if (parsed.kind === 'ok') return parsed.value;
  throw new DeliveryError({
    code: 'document-invalid',
    message: `"${key}" cannot be read.`,
    remedy: 'Restore it from a backup, or publish the build under a new version.',
    details:
      parsed.kind === 'invalid'
        ? parsed.issues.map(({ place, problem }) => `${place}: ${problem}`)
        : ['unknown schema'],
  });
}

/** What is missing or altered in a published version, a line each; undefined where it is not published. */
export async function verifyVersion(input: VersionInput): Promise<readonly string[] | undefined> {
  const manifest = await readVersionManifest(input);
  if (manifest === undefined) return undefined;
  const prefix = versionPrefix(input.place, input.version);
  const problems: string[] = [];
  if (manifest.app !== input.place.app) problems.push(`version.json: it is of app "${manifest.app}"`);
  await inParallel(manifest.files, 16, async (file) => {
    const found = await input.store.read(`${prefix}${file.path}`);
    if (found === undefined) problems.push(`${file.path}: missing`);
    else if (found.bytes.length !== file.size || sha256(found.bytes) !== file.sha256)
      problems.push(`${file.path}: altered`);
  });
  return problems.toSorted();
}
