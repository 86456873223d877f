import { DeliveryError, type Store } from '@sluice/core';
import { sha256 } from './scan.js';

/** Writes what is not there yet and reads it back; whether anything was written. */
export async function put(store: Store, key: string, bytes: Uint8Array): Promise<boolean> {
  const wanted = sha256(bytes);
  const present = await store.read(key);
  if (present !== undefined && sha256(present.bytes) === wanted) return false;
  await store.write(key, bytes);
  const back = await store.read(key);
  if (back !== undefined && sha256(back.bytes) === wanted) return true;
  throw new DeliveryError({
    code: 'store-unreachable',
    message: `"${key}" was written, but other bytes were read back.`,
    remedy: 'Check the disk, then publish again: it goes on where it stopped.',
  });
}
