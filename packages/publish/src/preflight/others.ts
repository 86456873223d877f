import type { AppId, AppKind, AppPlace, Store, VersionId } from '@sluice/core';
import { DeliveryError, parseVersionId, pointerKey, readPointer } from '@sluice/core';
import { readFacts, type BuildFacts } from './build-facts.js';
import type { PreflightNote } from './report.js';

export interface PreflightApp {
  readonly place: AppPlace;
  readonly kind: AppKind;
}

/** A version that users have now, or get together with the one that is looked at. */
export interface Other {
  readonly app: AppId;
  readonly kind: AppKind;
  readonly role: Role;
  /** Like `shell v1.0.0 (stable)`. */
  readonly name: string;
  readonly facts: BuildFacts;
}

type Role = 'stable' | 'canary' | 'starting with it';

export interface OthersInput {
  readonly store: Store;
  /** The app that is looked at: of it only what is there now counts. */
  readonly own: AppId;
  readonly apps: readonly PreflightApp[];
  /** Versions of apps that start as one: their users have these and no others. */
  readonly together: Readonly<Record<string, string>>;
}

interface Wanted {
  readonly version: VersionId;
  readonly role: Role;
}

/** Stable and canary of every app, read; what cannot be read is a note and no reason to stop. */
export async function readOthers(
  input: OthersInput,
): Promise<{ readonly others: readonly Other[]; readonly notes: readonly PreflightNote[] }> {
  const others: Other[] = [];
  const notes: PreflightNote[] = [];
  for (const { place, kind } of input.apps) {
    for (const { version, role } of await wantedOf(input, place)) {
      const name = `${place.app} ${version} (${role})`;
      const facts = await readable({ store: input.store, place, kind, version });
      if (facts === undefined)
        notes.push({ check: 'manifest', text: `${name} cannot be read: it was not compared with.` });
      else others.push({ app: place.app, kind, role, name, facts });
    }
  }
  return { others, notes };
}

async function wantedOf({ store, own, together }: OthersInput, place: AppPlace): Promise<readonly Wanted[]> {
  const moves = place.app !== own && Object.hasOwn(together, place.app);
  const version = moves ? parseVersionId(together[place.app]) : undefined;
  if (version !== undefined) return [{ version, role: 'starting with it' }];
  const found = await store.read(pointerKey(place));
  const pointer = found && readPointer(json(new TextDecoder().decode(found.bytes)))?.pointer;
  if (pointer === undefined) return [];
  const { canaryVersion, blocked } = pointer;
  const stable: Wanted = { version: pointer.version, role: 'stable' };
  if (place.app === own || canaryVersion === null || blocked?.includes(canaryVersion) === true) return [stable];
  return [stable, { version: canaryVersion, role: 'canary' }];
}

async function readable(input: Parameters<typeof readFacts>[0]): Promise<BuildFacts | undefined> {
  try {
    return await readFacts(input);
  } catch (error) {
    if (error instanceof DeliveryError && error.code === 'document-invalid') return undefined;
    throw error;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
