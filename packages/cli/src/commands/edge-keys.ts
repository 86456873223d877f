import { access } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { DeliveryError, type SigningKey } from '@sluice/core';
import { openKeys } from '@sluice/local';
import type { Target } from '@sluice/schema';
import type { World } from '../context.js';

interface KeysWish {
  readonly edge: string;
  /** By `--keys`. */
  readonly named: string | undefined;
}

/** The file of an edge's keys as an absolute path; CloudFront's functions have a copy of their own. What lies in the store is served. */
export function edgeKeysFile({ cwd }: World, place: Target, { edge, named }: KeysWish): string | undefined {
  if (edge === 'cloudfront') return undefined;
  if (named === undefined) return place.keys;
  const keys = resolve(cwd, named);
  if (place.kind !== 'local' || !`${keys}${sep}`.startsWith(`${place.store}${sep}`)) return keys;
  throw new DeliveryError({
    code: 'keys-unsafe',
    message: `"${keys}" is in the store of "${place.name}", and what is in the store is served.`,
    remedy: 'Name a file elsewhere by --keys; what was there is known: `sluice keys rotate`.',
  });
}

/** Newest first. They are made for a target of this machine only: ingestion elsewhere would not know them. */
export async function keysIn(path: string | undefined, { now }: World, place: Target): Promise<readonly SigningKey[]> {
  if (path === undefined) return [];
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere || (place.kind === 'local' && path === place.keys)) return openKeys({ path, now });
  throw new DeliveryError({
    code: 'usage',
    message: `There are no keys at "${path}" to be written into the function.`,
    remedy: 'Build where the keys are, which `sluice keys` makes, or name their file by --keys.',
  });
}
