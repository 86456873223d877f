import { isBot } from '@sluice/core';
import { decide, type PageDecision } from './decide.js';
import type { PageOptions } from './options.js';
import { overrideOf } from './override.js';
import { pageState } from './page-state.js';
import { loadPointers, type PagePointers } from './pointers.js';
import { readPointer, type PagePointer } from './read-pointer.js';
import { deviceId } from './subject.js';

export interface Resolver {
  readonly options: PageOptions & { readonly indexUrl: string; readonly timeoutMs: number };
  /** What it decides from. Never rejects. */
  readonly pointers: Promise<PagePointers>;
  /** All apps of the platform; decided once per page load and pinned. Never rejects. */
  decisions(): Promise<ReadonlyMap<string, PageDecision>>;
  /** To load an app. Undefined for one that Sluice does not know. Never rejects. */
  resolve(app: string): Promise<PageDecision | undefined>;
}

export function createResolver(given?: PageOptions): Resolver {
  const options = { indexUrl: '/platform-index.json', timeoutMs: 2000, subject: deviceId, ...given };
  const made = new Map<string, PageDecision>();
  const pointers = loadPointers(options);
  const visitor = { ...options, bot: isBot(navigator.userAgent), subject: options.subject() };
  const pin = (pointer: PagePointer | undefined, app: string): void => {
    // Another call may have decided in the meantime; one decision per page.
    if (pointer && !made.has(app)) made.set(app, decide(app, pointer, { ...visitor, override: overrideOf(app) }));
  };
  const decisions = pointers.then(({ apps }) => {
    apps.forEach(pin);
    return made;
  });
  return {
    options,
    pointers,
    decisions: () => decisions,
    async resolve(app) {
      pageState().asked.add(app);
      if (!(await decisions).has(app)) {
        pin((await (await pointers).single(app)) ?? readPointer({ version: options.defaults?.[app] }), app);
      }
      return made.get(app);
    },
  };
}

/** The resolver of this page: one for all copies of this module. */
export function getResolver(options?: PageOptions): Resolver {
  return (pageState().resolver ??= createResolver(options));
}

/** The address of an app's manifest for this page: the decided version's. Undecidable: the unversioned one. */
export async function getMfeManifestUrl(app: string): Promise<string> {
  const decision = await getResolver().resolve(app);
  return `/${app}/${decision ? `${decision.version}/` : ''}mf-manifest.json`;
}
