import { createHash } from 'node:crypto';

/** Equal for equal bytes: the first 128 bits of their SHA-256. */
export function etagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
