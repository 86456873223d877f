import type { VersionId } from '@sluice/core';
import type { PageDecision } from '../decide.js';
import { isByLink } from '../grants.js';
import { pageState, runningVersion } from '../page-state.js';
import type { PagePointers } from '../pointers.js';
import type { Resolver } from '../resolver.js';

/** An app with the version of it that nobody may keep, and the generation that says so. */
export interface TakenBack {
  readonly app: string;
  readonly version: string;
  readonly generation: number | undefined;
}

/** What runs on this page and nobody may keep. What was decided and not asked for yet is decided anew: stable. */
export async function takenBack(resolver: Resolver, pointers: PagePointers): Promise<readonly TakenBack[]> {
  const decisions = (await resolver.decisions()) as Map<string, PageDecision>;
  const taken: TakenBack[] = [];
  for (const [app, decision] of decisions) {
    const pointer = pointers.apps.get(app) ?? (await pointers.single(app));
    const version = (runningVersion(app) ?? decision.version) as VersionId;
    // Where the pointer contradicts itself the next page would have the same version; and a link asks for it by name.
    if (!pointer?.blocked?.includes(version) || pointer.version === version || isByLink(app, version)) continue;
    const { version: stable, generation } = pointer;
    if (runningVersion(app) ?? pageState().asked.has(app)) taken.push({ app, version, generation });
    else decisions.set(app, { ...decision, version: stable, stable, arm: 'stable', reason: 'blocked' });
  }
  return taken;
}
