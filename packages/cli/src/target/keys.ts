import type { SigningKeys } from '@sluice/aws/keyvaluestore';
import { DeliveryError, edgeKeysOf, type SigningKey } from '@sluice/core';
import type { Target } from '@sluice/schema';
import { clientOf } from './client.js';

/** The file of the keys that sign visitors and links; throws `usage` where the target has none. */
export function keysOf(target: Target): string {
  if (target.keys !== undefined) return target.keys;
  throw new DeliveryError({
    code: 'usage',
    message: `Target "${target.name}" has no keys: nobody is signed there, and no link grants anything.`,
    remedy: `Add keys: '.sluice/${target.name}/keys.json' to targets.${target.name} (docs/trust.md).`,
  });
}

/** Where CloudFront has its copy of the keys; undefined where the edge reads the file itself, or there are no keys. */
export async function edgeKeys(target: Target): Promise<SigningKeys | undefined> {
  if (target.kind === 'local' || target.keys === undefined || target.keyValueStore === undefined) return undefined;
  const { createSigningKeys } = await import('@sluice/aws/keyvaluestore');
  const { arn, endpoint } = target.keyValueStore;
  return createSigningKeys({ arn, connection: { endpoint, ...clientOf(target), region: 'us-east-1' } });
}

/**
 * What CloudFront has against what the file has. `behind`: it signs by an older one, which is believed. `apart`: by one that
 * the file does not have, so that ingestion believes nobody.
 */
export type EdgeKeysState = 'same' | 'none' | 'behind' | 'apart';

export function compareKeys(file: readonly SigningKey[], edge: readonly SigningKey[]): EdgeKeysState {
  const [signs] = edge;
  if (signs === undefined) return 'none';
  if (edgeKeysOf(file) === edgeKeysOf(edge)) return 'same';
  return file.some(({ id, secret }) => id === signs.id && secret === signs.secret) ? 'behind' : 'apart';
}

/** CloudFront's keys are of another file; nothing has been changed. */
export function keysApart(target: Target, edge: readonly SigningKey[]): DeliveryError {
  return new DeliveryError({
    code: 'keys-apart',
    message: `CloudFront signs by the key ${edge[0]?.id ?? ''}, which "${target.keys ?? ''}" does not have: every beacon would be refused as unsigned.`,
    remedy: `Bring the file here that has it. Where that is lost, \`sluice keys push --target ${target.name}\` lets CloudFront sign by this one: links from before end, visitors are signed anew.`,
  });
}
