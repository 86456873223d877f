import type { AppPlace, Store, VersionFile, VersionId, VersionManifest } from '@sluice/core';
import { DeliveryError, versionManifestKey, versionPrefix } from '@sluice/core';
import { inParallel } from './in-parallel.js';
import { createTally, type Progress } from './progress.js';
import { put } from './put.js';
import { sha256 } from './scan.js';
import { readVersionManifest, verifyVersion } from './verify.js';

export interface CopyInput {
  readonly from: Store;
  readonly to: Store;
  readonly place: AppPlace;
  readonly version: VersionId;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface CopyResult {
  /** `unchanged`: it was there already, with the same bytes. */
  readonly kind: 'published' | 'unchanged';
  readonly manifest: VersionManifest;
  readonly uploaded: number;
}

/**
 * Copies a published version from one store into another with the same hashes: what was tested is what users get. Like
 * publishing it is done when `version.json` is there, and goes on where it was interrupted. Throws `version-not-found`,
 * `version-altered` and `version-exists`.
 */
export async function copyVersion(input: CopyInput): Promise<CopyResult> {
  const { from, to, place, version } = input;
  const manifest = await readVersionManifest({ store: from, place, version });
  const listed = await from.read(versionManifestKey(place, version));
  if (manifest === undefined || listed === undefined) throw notThere(input);
  const present = await readVersionManifest({ store: to, place, version });
  if (present !== undefined) {
    refuseOthers(input, manifest, present);
    if ((await verifyVersion({ store: to, place, version }))?.length === 0) {
      return { kind: 'unchanged', manifest, uploaded: 0 };
    }
  }
  const uploaded = await copyFiles(input, manifest);
  const { kind } = await to.write(versionManifestKey(place, version), listed.bytes, { kind: 'absent' });
  if (kind === 'conflict') {
    const theirs = await readVersionManifest({ store: to, place, version });
    if (theirs !== undefined) refuseOthers(input, manifest, theirs);
  }
  return { kind: 'published', manifest, uploaded };
}

async function copyFiles(input: CopyInput, { files }: VersionManifest): Promise<number> {
  const tally = createTally(files, input.onProgress);
  let uploaded = 0;
  await inParallel(files, 8, async (file) => {
    if (await copyFile(input, file)) uploaded += 1;
    tally.done(file.size);
  });
  return uploaded;
}

const suffixes = { br: '.br', gzip: '.gz' } as const;

/** The file and its encodings; whether anything was written. */
async function copyFile({ from, to, place, version }: CopyInput, file: VersionFile): Promise<boolean> {
  const key = `${versionPrefix(place, version)}${file.path}`;
  const found = await from.read(key);
  if (found === undefined || sha256(found.bytes) !== file.sha256) throw altered(key);
  const written = await put(to, key, found.bytes);
  for (const encoding of file.encodings ?? []) {
    const encoded = await from.read(`${key}${suffixes[encoding]}`);
    if (encoded === undefined) throw altered(`${key}${suffixes[encoding]}`);
    await put(to, `${key}${suffixes[encoding]}`, encoded.bytes);
  }
  return written;
}

function refuseOthers({ place, version }: CopyInput, ours: VersionManifest, theirs: VersionManifest): void {
  const list = ({ files }: VersionManifest): string => JSON.stringify(files.map(({ path, sha256 }) => [path, sha256]));
  if (list(ours) === list(theirs)) return;
  throw new DeliveryError({
    code: 'version-exists',
    message: `${place.app} ${version} is published there with other bytes; versions never change.`,
    remedy: 'Publish the build under a new version.',
  });
}

function notThere({ place, version }: CopyInput): DeliveryError {
  return new DeliveryError({
    code: 'version-not-found',
    message: `${place.app} ${version} is not published where it is to be copied from.`,
    remedy: `Publish it there first: \`sluice publish dist --app ${place.app} --version ${version}\`.`,
  });
}

function altered(key: string): DeliveryError {
  return new DeliveryError({
    code: 'version-altered',
    message: `"${key}" is missing or altered where it is copied from. Nothing that users see has changed.`,
    remedy: 'Publish the same build there again, which mends it; then copy again.',
  });
}
