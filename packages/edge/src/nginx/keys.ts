import type { Signer, SigningKey } from '@sluice/core';
import { isSigningKey } from '@sluice/core';

// The keys by which nginx signs and verifies. It runs in njs, and is written as choose-version.ts is.
declare const crypto: {
  createHmac(hash: 'sha256', secret: string): { update(text: string): { digest(encoding: 'base64url'): string } };
};
declare const fs: {
  readFileSync(path: string, encoding: 'utf8'): string;
  statSync(path: string): { readonly mode: number };
};

/** A file of keys, and whom to tell what is wrong with it. */
export interface KeysFile {
  /** Undefined where the edge was built without keys. */
  readonly path: string | undefined;
  readonly onProblem: (problem: string) => void;
}

/**
 * Signs by the keys of the file as it is now: read once for a request, and only for one that has something to sign or to
 * verify. Without keys that can be used nothing is signed and nothing verifies.
 */
export function signerOf(file: KeysFile): Signer {
  let read: readonly SigningKey[] | undefined;
  const keys = (): readonly SigningKey[] => {
    if (!read) read = file.path ? keysIn(file.path, file.onProblem) : [];
    return read;
  };
  return { keys, mac };
}

function keysIn(path: string, onProblem: KeysFile['onProblem']): readonly SigningKey[] {
  let keys: readonly unknown[] = [];
  try {
    const mode = fs.statSync(path).mode;
    // The workers may be its owner, or of the group that it was given to; nobody else may read it.
    if (mode & 0o037) {
      onProblem(`"${path}" can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 or 640`);
      return [];
    }
    keys = (JSON.parse(fs.readFileSync(path, 'utf8')) as { readonly keys: readonly unknown[] }).keys;
  } catch (error) {
    onProblem(`"${path}" cannot be read: ${(error as Error).message}`);
    return [];
  }
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isSigningKey)) return keys;
  onProblem(`"${path}" does not hold signing keys`);
  return [];
}

function mac(secret: string, text: string): string {
  return crypto.createHmac('sha256', secret).update(text).digest('base64url');
}
