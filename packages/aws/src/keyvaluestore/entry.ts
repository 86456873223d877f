import { DeliveryError, edgeEntryOf, readPointer, type AppId, type Pointer } from '@sluice/core';

/** CloudFront takes 1,024 characters in a value; some are left for what a later Sluice may need. */
export const mostBytes = 900;

/** The entry that every edge reads, as a value of the store. Throws `router-behind` where it does not fit. */
export function fittingEntry(app: AppId, pointer: Pointer): string {
  const entry = edgeEntryOf(pointer);
  const bytes = new TextEncoder().encode(entry).length;
  if (bytes <= mostBytes) return entry;
  throw new DeliveryError({
    code: 'router-behind',
    message: `The entry of "${app}" for the edge has ${String(bytes)} bytes; at most ${String(mostBytes)} fit. The edge serves what it had.`,
    remedy: 'Shorten `allowList` or `enabledRegions` of the rollout, or use an audience instead.',
  });
}

export function readEntry(text: string | undefined): Pointer | undefined {
  try {
    return readPointer(JSON.parse(text ?? 'null'))?.pointer;
  } catch {
    return undefined;
  }
}
