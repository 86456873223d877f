import type { Store, StoredObject } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import type { Random } from './random.js';

/** The process is gone: nothing that it began goes on. */
class Crash extends Error {
  override readonly name = 'Crash';
}

/** What a process sees of the store: errors, time-outs after success, torn reads, and its own death at any line. */
export interface Process {
  readonly store: Store;
  readonly isDead: () => boolean;
}

export interface Faults {
  /** Chance of a fault at each read and each write. */
  rate: number;
}

export function startProcess(
  disk: Store,
  { random, faults }: { readonly random: Random; readonly faults: Faults },
): Process {
  let dead = false;
  const alive = (): void => {
    if (dead) throw new Crash('the process is dead');
  };
  const die = (): never => {
    dead = true;
    throw new Crash('the process dies');
  };
  const fault = (): 'none' | 'error' | 'late' | 'torn' | 'crash-before' | 'crash-after' => {
    alive();
    if (!random.chance(faults.rate)) return 'none';
    return random.pick(['error', 'late', 'torn', 'crash-before', 'crash-after'] as const);
  };
  return {
    isDead: () => dead,
    store: {
      async read(key) {
        const kind = fault();
        if (kind === 'error' || kind === 'late') throw unreachable();
        if (kind === 'crash-before' || kind === 'crash-after') return die();
        const found = await disk.read(key);
        alive();
        return kind === 'torn' ? torn(found) : found;
      },
      async write(key, bytes, condition) {
        const kind = fault();
        if (kind === 'error' || kind === 'torn') throw unreachable();
        if (kind === 'crash-before') return die();
        const result = await disk.write(key, bytes, condition);
        if (kind === 'crash-after') return die();
        alive();
        // The write has happened and nobody is told.
        if (kind === 'late') throw unreachable();
        return result;
      },
      async list(prefix) {
        if (fault() !== 'none') throw unreachable();
        return disk.list(prefix);
      },
      async remove(key) {
        if (fault() !== 'none') throw unreachable();
        return disk.remove(key);
      },
    },
  };
}

/** Half of an object, as a reader sees it that is not protected from a writer in mid-write. */
function torn(found: StoredObject | undefined): StoredObject | undefined {
  return found && { bytes: found.bytes.slice(0, found.bytes.length >> 1), etag: `${found.etag}-torn` };
}

function unreachable(): DeliveryError {
  return new DeliveryError({ code: 'store-unreachable', message: 'A fault.', remedy: 'Try again.' });
}
