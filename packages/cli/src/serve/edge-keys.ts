import type { Signer } from '@sluice/core';
import { compareKeys, edgeKeys, keysApart } from '../target/keys.js';
import type { Context } from '../context.js';
import type { Handlers } from './controller.js';

/** Somebody else may have written there; a new key of the file is brought at once. */
const everyMs = 60_000;

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
  let lookedMs = -Infinity;
  let seen: unknown;
  return async () => {
    const file = signer.keys();
    if (file === seen && Math.abs(now() - lookedMs) < everyMs) return;
    lookedMs = now();
    seen = file;
    try {
      const there = await edge.read();
      const state = compareKeys(file, there);
      if (state === 'apart') throw keysApart(target, there);
      if (state === 'same') return;
      await edge.write(file);
      process.stderr.write(
        `controller: CloudFront ${state === 'none' ? 'had no key, and' : ''} signs by ${file[0]?.id ?? ''} from now on.\n`,
      );
    } catch (error) {
      onProblem({ app: null, error });
    }
  };
}
