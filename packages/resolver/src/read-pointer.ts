import type { Pointer, VersionId } from '@sluice/core';

/** A pointer as it came, once it was read; `damaged`: its stable version can be trusted, its canary cannot. */
export type PagePointer = Partial<Pointer> & Pick<Pointer, 'version'> & { readonly damaged?: true };

/** What may stand in an address as a version; what exactly is one, is for those who write pointers. */
function isVersion(value: unknown): value is VersionId {
  return /^"(v\d+\.\d+\.\d+(-[\w.-]+)?|(v|pr-\d+-)[\da-f]{4,40})"$/.test(JSON.stringify(value));
}

/**
 * Core's `readPointer` for pages: it looks at what a decision needs and at nothing else. Where core finds a pointer
 * sound the two decide alike; a test holds them together.
 */
export function readPointer(value: unknown): PagePointer | undefined {
  const raw = Object(value) as Record<keyof Pointer, unknown>;
  const { version, canaryVersion = null, blocked, schema = 1 } = raw;
  if (!isVersion(version)) return undefined;
  const known = schema === 1 ? raw : ({} as typeof raw);
  const canaryPercent = raw.canaryPercent ?? 0;
  const isSound =
    /^(100|\d\d?(\.\d\d?)?)$/.test(JSON.stringify(canaryPercent)) &&
    (canaryVersion === null || isVersion(canaryVersion)) &&
    /^[^:]*$/.test((known.salt ?? '') as string) &&
    [blocked, known.enabledRegions, known.allowList].every((list) => list === undefined || Array.isArray(list));
  return (
    isSound ? { ...known, version, canaryVersion, canaryPercent, blocked } : { version, damaged: true }
  ) as PagePointer;
}
