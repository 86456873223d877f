import type { AppId, Follows, Pointer, VersionId } from '@sluice/core';
import { DeliveryError, pointerKey, saltOf } from '@sluice/core';
import semver from 'semver';
import { readPointerDocument } from './documents.js';
import type { Platform } from './platform.js';

export interface Needs {
  readonly app: AppId;
  /** Ranges of other apps' versions. */
  readonly needs: Readonly<Record<string, string>>;
  /** What the first stage would expose. */
  readonly weightBp: number;
}

export type Needed =
  /** With the salt of the canary that it needs, where that is not stable yet. */
  | { readonly kind: 'met'; readonly salt?: string; readonly follows?: Follows }
  | { readonly kind: 'waits'; readonly why: string }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

/** Whether what a version needs is there: as stable, or as a canary whose users it can be confined to. */
export async function dependenciesOf(platform: Platform, input: Needs): Promise<Needed> {
  let met: Needed = { kind: 'met' };
  for (const [name, range] of Object.entries(input.needs)) {
    const app = platform.apps.find(({ place }) => place.app === name);
    const pointer = app && (await readPointerDocument(platform.store, pointerKey(app.place)))?.value;
    const one = need({ input, name, range, pointer });
    if (one.kind !== 'met') return one;
    if (one.follows === undefined) continue;
    if (met.follows !== undefined) return { kind: 'refused', error: twoCanaries(input.app) };
    met = one;
  }
  return met;
}

interface Need {
  readonly input: Needs;
  readonly name: string;
  readonly range: string;
  readonly pointer: Pointer | undefined;
}

function need({ input, name, range, pointer }: Need): Needed {
  if (pointer !== undefined && satisfies(pointer.version, range)) return { kind: 'met' };
  const canary = pointer?.canaryVersion ?? null;
  const there = pointer === undefined ? 'nothing' : pointer.version;
  if (pointer === undefined || canary === null || !satisfies(canary, range) || pointer.blocked?.includes(canary)) {
    return { kind: 'refused', error: unmet({ app: input.app, name, range, there }) };
  }
  if (pointer.canaryPercent * 100 < input.weightBp) {
    const why = `it needs ${name} ${range}, and ${canary} is at ${String(pointer.canaryPercent)} % only`;
    return { kind: 'waits', why };
  }
  const follows = { app: input.app, version: canary };
  return { kind: 'met', salt: saltOf(name, pointer), follows: { ...follows, app: name as AppId } };
}

/** Versions by commit have no order: they satisfy no range but their own name. */
function satisfies(version: VersionId, range: string): boolean {
  return version === range || semver.satisfies(version, range);
}

function unmet(of: { app: string; name: string; range: string; there: string }): DeliveryError {
  return new DeliveryError({
    code: 'dependency-unmet',
    message: `"${of.app}" needs ${of.name} ${of.range}, but ${of.there} is there.`,
    remedy: `Start a version of ${of.name} in that range first, or both in one group.`,
  });
}

function twoCanaries(app: string): DeliveryError {
  return new DeliveryError({
    code: 'dependency-unmet',
    message: `"${app}" needs canaries of two apps; their users are not the same.`,
    remedy: 'Wait until one of them is stable, or start all of them in one group.',
  });
}
