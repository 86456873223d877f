import { DeliveryError, type AppId, type Pointer, type Routed, type Router, type VersionId } from '@sluice/core';
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
  /** The versions that it serves, read back; null where that is not known. */
  readonly serves: { readonly version: VersionId; readonly canaryVersion: VersionId | null } | null;
  readonly problem?: string;
}

/**
 * The last of the writes: every router of every app is brought in line with the pointer and read back. What fails is
 * told and done again by the next tick, for ever; one that is unreachable does not keep the others from following.
 */
export async function routeUnit(platform: Platform, unit: UnitState): Promise<readonly RouteState[]> {
  const states: RouteState[] = [];
  for (const [router, apps] of routesOf(platform, unit)) states.push(...(await routeBy(router, apps)));
  return states;
}

/** The same without writing anything: for status. */
export async function seenByRouters(platform: Platform, unit: UnitState): Promise<readonly RouteState[]> {
  const states: RouteState[] = [];
  for (const [router, apps] of routesOf(platform, unit)) {
    for (const one of apps) states.push(await look(router, one));
  }
  return states;
}

/** Each router with the deployed apps that it has to do with. */
function routesOf({ routers = [] }: Platform, unit: UnitState): readonly (readonly [Router, readonly Routed[]])[] {
  const deployed = unit.members.flatMap(({ app, pointer }) =>
    pointer === null ? [] : [{ app: app.place.app, pointer }],
  );
  return routers.map((router) => [router, deployed.filter(({ app }) => router.covers?.(app) ?? true)]);
}

async function look(router: Router, { app, pointer }: Routed): Promise<RouteState> {
  const about = { app, router: router.name };
  try {
    const served = await router.served(app);
    const state = isServed(served, pointer) ? 'served' : 'behind';
    return {
      ...about,
      state,
      percent: served?.canaryPercent ?? null,
      serves: served === undefined ? null : versionsOf(served),
    };
  } catch (error) {
    return { ...about, state: 'unreachable', percent: null, serves: null, problem: inWords(error) };
  }
}

function versionsOf({ version, canaryVersion }: Pointer): NonNullable<RouteState['serves']> {
  return { version, canaryVersion };
}

async function routeBy(router: Router, apps: readonly Routed[]): Promise<readonly RouteState[]> {
  const states: { readonly one: Routed; readonly state: RouteState }[] = [];
  for (const one of apps) states.push({ one, state: await look(router, one) });
  const behind = states.flatMap(({ one, state }) => (state.state === 'behind' ? [one] : []));
  const problems = await bringInLine(router, behind);
  const after: RouteState[] = [];
  for (const { one, state } of states) {
    const problem = problems.get(one.app);
    if (state.state !== 'behind') after.push(state);
    else after.push(problem === undefined ? await look(router, one) : { ...state, problem });
  }
  return after;
}

/** What went wrong, by app. Apps that move as one are written as one, where the router can. */
async function bringInLine(router: Router, behind: readonly Routed[]): Promise<ReadonlyMap<AppId, string>> {
  const problems = new Map<AppId, string>();
  if (behind.length > 1 && router.routeTogether !== undefined) {
    await router.routeTogether(behind).catch((error: unknown) => {
      for (const { app } of behind) problems.set(app, inWords(error));
    });
    return problems;
  }
  for (const { app, pointer } of behind) {
    await router.route(app, pointer).catch((error: unknown) => {
      problems.set(app, inWords(error));
    });
  }
  return problems;
}

function inWords(error: unknown): string {
  if (error instanceof DeliveryError) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}

function isServed(served: Pointer | undefined, pointer: Pointer): boolean {
  if (served === undefined || !sameDecision(served, pointer)) return false;
  return (served.generation ?? 0) >= (pointer.generation ?? 0);
}
