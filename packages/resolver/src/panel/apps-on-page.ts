import type { PageDecision } from '../decide.js';
import { fetchJson } from '../fetch-json.js';
import { grants, isByLink } from '../grants.js';
import { pageState, runningVersion } from '../page-state.js';
import { readPointer, type PagePointer } from '../read-pointer.js';
import { described } from '../report/described.js';
import { getResolver } from '../resolver.js';
import { recall } from '../storage.js';
import { wishFor, type Wish } from './overrides.js';
import { failureInWords, reasonInWords } from './reason-in-words.js';

/** `fallback`: stable, because the canary has failed here. */
export type Kind = 'stable' | 'canary' | 'preview' | 'fallback';

/** One app as it is on this page, and what people may want to know of it. */
export interface AppOnPage {
  readonly decision: PageDecision;
  /** What runs, or will run when it is asked for. */
  readonly version: string;
  readonly kind: Kind;
  readonly isLoaded: boolean;
  /** Half a sentence. */
  readonly why: string;
  /** What has failed on this page, half a sentence, and what the error said. */
  readonly failure: { readonly words: string; readonly said: string } | undefined;
  /** The pointer as it is served now: the page stays with the one that it was decided by. */
  readonly now: PagePointer | undefined;
  readonly wish: Wish;
  /** A canary can be asked for. */
  readonly isSwitchable: boolean;
}

/** All apps that this page knows: the shell first, then what is not stable, then by name. */
export async function appsOnPage(): Promise<readonly AppOnPage[]> {
  const [decisions, pointers] = await Promise.all([getResolver().decisions(), servedNow()]);
  const apps = [...decisions.values()].map((decision) => onPage(decision, readPointer(pointers[decision.app])));
  const rank = ({ decision, kind }: AppOnPage): number =>
    decision.app === pageState().shell?.app ? 0 : kind === 'stable' ? 2 : 1;
  return apps.toSorted((a, b) => rank(a) - rank(b) || (a.decision.app < b.decision.app ? -1 : 1));
}

/** The pointers as they are now; where they cannot be had, the ones that this browser knows. */
async function servedNow(): Promise<Readonly<Record<string, unknown>>> {
  const { indexUrl, timeoutMs } = getResolver().options;
  const index = Object(await fetchJson(indexUrl, AbortSignal.timeout(timeoutMs))) as { readonly apps?: unknown };
  return Object(index.apps ?? recall('sluice_pointers')) as Record<string, unknown>;
}

function onPage(decision: PageDecision, now: PagePointer | undefined): AppOnPage {
  const { app } = decision;
  const running = runningVersion(app);
  const version = running ?? decision.version;
  const kind = kindOf(decision, version);
  const canary = now?.canaryVersion;
  return {
    decision,
    version,
    kind,
    isLoaded: running !== undefined,
    why: whyOf(decision, kind),
    failure: failureOf(decision),
    now,
    wish: wishFor(app),
    isSwitchable: Boolean(canary) && !now?.blocked?.some((one) => one === canary) && kind !== 'preview',
  };
}

function kindOf({ app, version: decided, stable, arm }: PageDecision, version: string): Kind {
  if (isByLink(app, version)) return 'preview';
  if (version === decided) return arm;
  return version === stable ? 'fallback' : 'canary';
}

function failureOf(decision: PageDecision): AppOnPage['failure'] {
  const { failures = {} } = pageState();
  const failure = Object.hasOwn(failures, decision.app) ? failures[decision.app] : undefined;
  if (!failure || isFromBefore(decision)) return undefined;
  const { kind, name, message } = described(failure);
  const whole = failure.error instanceof Error ? failure.error.message : message;
  // The runtime of Module Federation puts much of its own before what was thrown.
  const said = whole.split('Original Error Message:').at(-1)?.trim() ?? '';
  return { words: failureInWords(kind), said: `${said.startsWith(name) ? '' : `${name}: `}${said.slice(0, 300)}` };
}

/** The canary failed in this browser on another page, and was not tried again on this one. */
function isFromBefore({ app, version }: PageDecision): boolean {
  const first = pageState().loaded.get(app)?.first;
  return first !== undefined && first !== version;
}

function whyOf(decision: PageDecision, kind: Kind): string {
  const { app, version, reason } = decision;
  if (kind === 'fallback') {
    const what = `${isByLink(app, version) ? 'preview' : 'canary'} ${version} has failed`;
    return `${what} ${isFromBefore(decision) ? 'in this browser before' : 'on this page'}: showing stable`;
  }
  if (reason === 'error' && app === pageState().shell?.app) return 'chosen when you opened this page';
  return reasonInWords(decision);
}

/** What signed links have opened in this browser, as the edge has told it with the document. */
export function linksInForce(): { readonly previews: readonly string[]; readonly audiences: readonly string[] } {
  const all = grants();
  const isPreview = (grant: string): boolean => grant.includes('@');
  return { previews: all.filter(isPreview), audiences: all.filter((grant) => !isPreview(grant)) };
}
