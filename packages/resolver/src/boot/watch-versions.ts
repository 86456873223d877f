import type { PageDecision } from '../decide.js';
import { fetchJson } from '../fetch-json.js';
import { pageState, runningVersion } from '../page-state.js';
import { readPointer } from '../read-pointer.js';
import type { Resolver } from '../resolver.js';
import { recall } from '../storage.js';
import { dropCachedDocuments } from './cached-documents.js';
import { reloadAtNextNavigation } from './next-navigation.js';
import { mayReload } from './reloads.js';

/** While the page is seen; and when it comes into sight or focus, unless it has just asked. */
const everyMs = 50_000;
const leastMs = 5000;

/** Asks whether a version on this page was taken back, and has the page loaded anew where one was. */
export function watchVersions(resolver: Resolver): void {
  let askedMs = performance.now();
  const look = async (): Promise<void> => {
    const nowMs = performance.now();
    if (document.hidden || nowMs - askedMs < leastMs) return;
    askedMs = nowMs;
    const { indexUrl, timeoutMs } = resolver.options;
    const index = Object(await fetchJson(indexUrl, AbortSignal.timeout(timeoutMs))) as { readonly apps?: unknown };
    const taken = await takenBack(resolver, index.apps);
    if (taken.length === 0) return;
    const apps = taken.map(({ app }) => app);
    const reload = (): void => {
      if (mayReload(taken)) location.reload();
    };
    (pageState().onUpdate ?? reloadAtNextNavigation)({ apps, reload });
  };
  const lookQuietly = (): void => {
    look().catch(() => undefined);
  };
  document.addEventListener('visibilitychange', lookQuietly);
  addEventListener('focus', lookQuietly);
  setInterval(lookQuietly, everyMs);
  void renewShell(resolver);
}

/** A shell that came out of a cache although it was taken back: nobody has begun anything with it yet. */
async function renewShell(resolver: Resolver): Promise<void> {
  await resolver.decisions();
  const taken = await takenBack(resolver, recall('sluice_pointers'));
  const shell = taken.find(({ app }) => app === pageState().shell?.app);
  if (!shell || !mayReload([shell])) return;
  await dropCachedDocuments();
  location.reload();
}

/** An app with the version of it that nobody may keep, and the generation that says so. */
export interface TakenBack {
  readonly app: string;
  readonly version: string;
  readonly generation: number | undefined;
}

async function takenBack(resolver: Resolver, pointers: unknown): Promise<readonly TakenBack[]> {
  const decisions = await resolver.decisions();
  const taken: TakenBack[] = [];
  for (const [app, decision] of decisions) {
    const pointer = readPointer((Object(pointers) as Record<string, unknown>)[app]);
    const running = runningVersion(app);
    const version = running ?? decision.version;
    if (!pointer?.blocked?.some((blocked) => blocked === version)) continue;
    if (running) taken.push({ app, version, generation: pointer.generation });
    // What was not loaded yet is loaded as it is decided now.
    else {
      const renewed = {
        ...decision,
        version: pointer.version,
        stable: pointer.version,
        arm: 'stable',
        reason: 'blocked',
      };
      (decisions as Map<string, PageDecision>).set(app, renewed as PageDecision);
    }
  }
  return taken;
}
