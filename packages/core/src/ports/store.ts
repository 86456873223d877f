/** What a write demands of the object that is there now. */
export type WriteCondition = { readonly kind: 'absent' } | { readonly kind: 'matches'; readonly etag: string };

export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Opaque; equal only for equal bytes. */
  readonly etag: string;
}

export type WriteResult =
  | { readonly kind: 'written'; readonly etag: string }
  /** The condition did not hold; nothing was changed. */
  | { readonly kind: 'conflict' };

export interface ListedObject {
  readonly key: string;
  readonly size: number;
}

/**
 * Objects under keys like `mfe1/v1.0.0/remoteEntry.js`, with compare-and-swap.
 * Keys are relative, `/`-separated, without empty, `.` or `..` segments, backslashes or NUL; others are refused
 * with `usage`. Every method throws `DeliveryError` with `store-unreachable`, `store-full` or `store-read-only`
 * when the world is broken.
 */
export interface Store {
  /** The object, or undefined where there is none. Atomic: never a torn object. */
  read(key: string): Promise<StoredObject | undefined>;
  /**
   * Writes whole or not at all, durable when it resolves. With a condition it is a compare-and-swap that holds between
   * processes. Not idempotent under `absent`: after a time-out, read back and compare.
   */
  write(key: string, bytes: Uint8Array, condition?: WriteCondition): Promise<WriteResult>;
  /** All keys that start with the prefix, sorted by UTF-16 code units. Not atomic against writers. */
  list(prefix: string): Promise<readonly ListedObject[]>;
  /** Idempotent: removing what is not there succeeds. */
  remove(key: string): Promise<void>;
}
