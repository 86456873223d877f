import type { SigningKeys } from '@sluice/aws/keyvaluestore';
import { DeliveryError, type Signer } from '@sluice/core';
import type { Target } from '@sluice/schema';
import { compareKeys, edgeKeys, keysApart } from '../target/keys.js';
import type { Context } from '../context.js';
import type { Handlers } from './controller.js';

/** Somebody else may have written there; a new key of the file is brought at once. */
const everyMs = 60_000;
/** What could not be done is tried again. */
const retryMs = 5000;

interface Around {
  readonly signer: Signer | undefined;
  readonly now: () => number;
  readonly onProblem: Handlers['onProblem'];
}

/**
 * Keeps CloudFront's keys in line with those that ingestion verifies by: the first ones, and those of a rotation that was
 * killed half way. Keys of another file are left as they are, and told. Undefined where CloudFront has none.
 */
export async function edgeKeysInLine(
  { target }: Context,
  { signer, now, onProblem }: Around,
): Promise<(() => Promise<void>) | undefined> {
  const edge = await edgeKeys(target);
  if (edge === undefined || signer === undefined) return undefined;
  let dueMs = -Infinity;
  let seen: unknown;
  return async () => {
    const file = signer.keys();
    if (file === seen && now() < dueMs) return;
    dueMs = now() + everyMs;
    seen = file;
    try {
      const told = await align(target, edge, signer);
      if (told !== undefined) process.stderr.write(`controller: ${told}\n`);
    } catch (error) {
      dueMs = now() + retryMs;
      onProblem({ app: null, error });
    }
  };
}

/** What it has done; undefined where they are in line. */
async function align(target: Target, edge: SigningKeys, signer: Signer): Promise<string | undefined> {
  const file = signer.keys();
  const there = await edge.read();
  const state = compareKeys(file, there);
  if (state === 'same') return undefined;
  if (state === 'apart') throw keysApart(target, there);
  await edge.write(file).catch((error: unknown) => {
    throw state === 'none' ? nobodySigned(error) : error;
  });
  const had = state === 'none' ? 'had no keys, and signed nobody' : `signed by an older key`;
  return `CloudFront ${had}; it signs by ${file[0]?.id ?? ''} from now on.`;
}

function nobodySigned(error: unknown): unknown {
  if (!(error instanceof DeliveryError)) return error;
  const { code, message, remedy } = error;
  const before = 'CloudFront has no keys and signs nobody, so that every beacon is refused as unsigned.';
  return new DeliveryError({ code, message: `${before} ${message}`, remedy, cause: error });
}
