import type { Signer, SigningKey } from '@sluice/core';
import { isSigningKey } from '@sluice/core';

// The keys of edges that have a file of them. It runs in njs too: see choose-version.ts on how it is written.

/** A file of keys, and what it is read by: njs and Node have the same modules for it. */
export interface KeysFile {
  /** Undefined where the edge was built without keys. */
  readonly path: string | undefined;
  /** Told what is wrong with it. */
  readonly onProblem: (problem: string) => void;
  readonly fs: {
    readFileSync(path: string, encoding: 'utf8'): string;
    statSync(path: string): { readonly mode: number };
  };
  readonly crypto: {
    createHmac(hash: 'sha256', secret: string): { update(text: string): { digest(encoding: 'base64url'): string } };
  };
}

/**
 * Signs by the keys of the file as it is when the first one is asked for. Without keys that can be used nothing is signed and
 * nothing verifies.
 */
export function signerOf(file: KeysFile): Signer {
  let read: readonly SigningKey[] | undefined;
  const keys = (): readonly SigningKey[] => {
    if (!read) read = file.path ? keysIn(file, file.path) : [];
    return read;
  };
  const mac = (secret: string, text: string): string =>
    file.crypto.createHmac('sha256', secret).update(text).digest('base64url');
  return { keys, mac };
}

function keysIn(file: KeysFile, path: string): readonly SigningKey[] {
  let keys: readonly unknown[] = [];
  try {
    const mode = file.fs.statSync(path).mode;
    // The edge may be its owner, or of the group that it was given to; nobody else may read it.
    if (mode & 0o037) {
      file.onProblem(`"${path}" can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 or 640`);
      return [];
    }
    keys = (JSON.parse(file.fs.readFileSync(path, 'utf8')) as { readonly keys: readonly unknown[] }).keys;
  } catch (error) {
    file.onProblem(`"${path}" cannot be read: ${(error as Error).message}`);
    return [];
  }
  if (Array.isArray(keys) && keys.length > 0 && keys.every(isSigningKey)) return keys;
  file.onProblem(`"${path}" does not hold signing keys`);
  return [];
}
