import crypto from 'node:crypto';
import fs from 'node:fs';
import type { Signer } from '@sluice/core';
import { signerOf } from '../trust/keys-file.js';

export interface RereadKeys {
  readonly path: string;
  readonly now: () => number;
  /** Told once for as long as it is the same. */
  readonly onProblem: (problem: string) => void;
}

/** Keys that another process has rotated are used within this time. */
const lookEveryMs = 2000;

/** Signs by the keys of a file. One that is gone, garbled or open to others changes nothing: the last good keys are used on. */
export function rereadSigner({ path, now, onProblem }: RereadKeys): Signer {
  let told = '';
  let problem = '';
  const read = (): Signer => signerOf({ path, onProblem: (text) => (problem = text), fs, crypto });
  let signer = read();
  let lookedMs = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    problem = '';
    const fresh = read();
    if (fresh.keys().length > 0) signer = fresh;
    if (problem !== '' && problem !== told) onProblem(`its keys cannot be used: ${problem}`);
    told = problem;
  };
  return {
    keys: () => {
      if (Math.abs(now() - lookedMs) >= lookEveryMs) {
        lookedMs = now();
        look();
      }
      return signer.keys();
    },
    mac: signer.mac,
  };
}
