import type { Store, WriteCondition, WriteResult } from '@sluice/core';

/** Compare-and-swap of a text document: `etag` null demands that there is none. */
export async function writeText(
  store: Store,
  document: { readonly key: string; readonly text: string; readonly etag: string | null },
): Promise<WriteResult> {
  const condition: WriteCondition =
    document.etag === null ? { kind: 'absent' } : { kind: 'matches', etag: document.etag };
  return store.write(document.key, new TextEncoder().encode(document.text), condition);
}

/** How often a lost compare-and-swap is read and decided anew before a person is told. */
export const attemptsOnConflict = 20;
