import type { Pointer, Router } from '@sluice/core';
import type { Platform } from './platform.js';
import { sameDecision } from './same-decision.js';
import type { UnitState } from './unit.js';

/** How far what a router serves has followed the pointer. */
export interface RouteState {
  readonly app: string;
  readonly router: string;
  /** `behind`: it answers, and serves another pointer still · `unreachable`: it does not answer. */
  readonly state: 'served' | 'behind' | 'unreachable';
  /** The share that it serves; null where that is not known. */
  readonly percent: number | null;
  readonly problem?: string;
}

/**
 * The last of the writes: every router of every app is brought in line with the pointer and read back. What fails is
 * told and done again by the next tick, for ever; one that is unreachable does not keep the others from following.
 */
export async function routeUnit(platform: Platform, unit: UnitState): Promise<readonly RouteState[]> {
  const states: RouteState[] = [];
  for (const to of routesOf(platform, unit)) states.push(await routeOne(to));
  return states;
}

/** The same without writing anything: for status. */
export async function seenByRouters(platform: Platform, unit: UnitState): Promise<readonly RouteState[]> {
  const states: RouteState[] = [];
  for (const to of routesOf(platform, unit)) states.push(await lookOne(to));
  return states;
}

interface To {
  readonly app: UnitState['asked']['record']['app'];
  readonly pointer: Pointer;
  readonly router: Router;
}

/** Each app that is deployed with each router that has to do with it. */
function routesOf({ routers = [] }: Platform, unit: UnitState): readonly To[] {
  return unit.members.flatMap(({ app, pointer }) =>
    pointer === null
      ? []
      : routers
          .filter((router) => router.covers?.(app.place.app) ?? true)
          .map((router) => ({ app: app.place.app, pointer, router })),
  );
}

async function lookOne({ app, pointer, router }: To): Promise<RouteState> {
  const about = { app, router: router.name };
  try {
    const served = await router.served(app);
    return { ...about, state: isServed(served, pointer) ? 'served' : 'behind', percent: served?.canaryPercent ?? null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...about, state: 'unreachable', percent: null, problem };
  }
}

async function routeOne(to: To): Promise<RouteState> {
  const seen = await lookOne(to);
  if (seen.state !== 'behind') return seen;
  try {
    await to.router.route(to.app, to.pointer);
  } catch (error) {
    return { ...seen, problem: error instanceof Error ? error.message : String(error) };
  }
  return lookOne(to);
}

function isServed(served: Pointer | undefined, pointer: Pointer): boolean {
  if (served === undefined || !sameDecision(served, pointer)) return false;
  return (served.generation ?? 0) >= (pointer.generation ?? 0);
}
