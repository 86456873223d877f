import { pageState, rememberFallback, versionToLoad, type Loaded, type PageDecision } from '@sluice/resolver/report';

/** The app as this page loads it: begun with the decided version, or with stable where that failed here before. */
export function loadedApp(decision: PageDecision): Loaded {
  const { app, stable } = decision;
  const { loaded } = pageState();
  const known = loaded.get(app);
  if (known) return known;
  const first = versionToLoad(decision);
  const made: Loaded = {
    stable,
    first,
    version: first,
    phase: 'manifest',
    hosts: new Map(),
    listeners: new Set(),
    fallBack() {
      if (made.version !== stable) {
        made.version = stable;
        rememberFallback(app, first);
        for (const pointTo of made.hosts.values()) pointTo(entryOf(app, stable));
        for (const listener of made.listeners) listener();
      }
      return first !== stable;
    },
  };
  loaded.set(app, made);
  return made;
}

/** The runtime leaves the stylesheets of a canary in the page, and one that was on its way while it failed adds some. */
export function sweep(app: string): void {
  const { first, version } = Object(pageState().loaded.get(app)) as Partial<Loaded>;
  if (first !== version) for (const link of document.querySelectorAll(`link[href*="/${app}/${first}/"]`)) link.remove();
}

/** Where a version begins. */
export function entryOf(app: string, version: string): string {
  return `${location.origin}/${app}/${version}/mf-manifest.json`;
}

/** The app whose version an address belongs to. */
export function loadedFrom(url: string): Loaded | undefined {
  for (const [app, loaded] of pageState().loaded) if (url.includes(`/${app}/${loaded.version}/`)) return loaded;
  return undefined;
}
