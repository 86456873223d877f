import { DeliveryError, readPointer, type AppId, type Pointer } from '@sluice/core';

/** CloudFront takes 1,024 characters in a value; some are left for what a later Sluice may need. */
export const mostBytes = 900;

/** What the edge needs of a pointer, as text. Throws `router-behind` where it does not fit. */
export function entryOf(app: AppId, pointer: Pointer): string {
  const { metadata: _forPeople, blocked, ...decision } = pointer;
  // Of what nobody may keep, the edge could only give out what the pointer itself names.
  const named = blocked?.filter((version) => version === pointer.version || version === pointer.canaryVersion) ?? [];
  const entry = JSON.stringify({ ...decision, ...(named.length === 0 ? {} : { blocked: named }) });
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
