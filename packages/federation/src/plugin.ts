import type { ModuleFederationRuntimePlugin } from '@module-federation/runtime';
import { getResolver, getTelemetry, pageState } from '@sluice/resolver/report';
import { aim } from './aim.js';
import { kindOf } from './failure-kind.js';
import { loadedFrom, sweep } from './loaded.js';
import { appOf } from './remote-of.js';

// Says that a load is the fallback itself: without it a stable that fails too would fall back for ever.
const marker = 'sluice-fallback';

/**
 * Module Federation runtime plugin: loads the decided version of each app, with time-outs, and stable in the same page
 * load when the canary cannot be loaded. Remotes that Sluice does not know are left alone. For remotes that load
 * remotes of their own: `registerGlobalPlugins([sluicePlugin()])`, before the first instance is made.
 */
export function sluicePlugin(): ModuleFederationRuntimePlugin {
  const { timeoutMs } = getResolver().options;
  const telemetry = getTelemetry();
  return {
    name: 'sluice',
    async beforeRequest(args) {
      await aim(args.origin, args.id);
      return args;
    },
    // preloadRemote() does not ask beforeRequest.
    async beforePreloadRemote({ preloadOps, origin }) {
      for (const { nameOrAlias } of preloadOps) await aim(origin, nameOrAlias);
    },
    fetch: (url, init) => (loadedFrom(url) ? within(fetchManifest(url, init), timeoutMs, url) : undefined),
    async loadEntry({ remoteInfo: { entry, type, entryGlobalName } }) {
      const loaded = loadedFrom(entry);
      if (!loaded) return;
      loaded.phase = 'entry';
      if (/module|esm/.test(type)) {
        return within(import(/* @vite-ignore */ entry) as Promise<EntryExports>, timeoutMs, entry);
      }
      // The runtime takes a container that is there already for the one to load: where a canary's script arrived after
      // the canary was given up, for stable's.
      (globalThis as Record<string, unknown>)[entryGlobalName] = undefined;
    },
    createScript: ({ url }) => (loadedFrom(url) ? { timeout: timeoutMs } : undefined),
    beforeInitContainer(args) {
      const loaded = loadedFrom(args.remoteInfo.entry);
      if (loaded) loaded.phase = 'evaluate';
      return args;
    },
    async errorLoadRemote({ id, error, from, lifecycle, origin }) {
      const app = appOf(origin, id);
      const loaded = pageState().loaded.get(app);
      // Manifest errors come as afterResolve first, and again as onLoad.
      if (!loaded || lifecycle !== 'onLoad' || (from as string) === marker) return undefined;
      const kind = kindOf(loaded.phase, error);
      const fellBack = loaded.fallBack();
      telemetry.failed(app, { kind, error, fellBack });
      return fellBack ? origin.loadRemote(id, { from: marker as 'runtime' }) : undefined;
    },
    afterLoadRemote({ id, origin, error }) {
      const app = appOf(origin, id);
      sweep(app);
      if (!error && !pageState().rendered.has(app)) telemetry.ready(app);
    },
  };
}

type EntryExports = Exclude<
  Awaited<ReturnType<NonNullable<ModuleFederationRuntimePlugin['loadEntry']>>>,
  // The hook may also leave the entry to the runtime.
  void
>;

/**
 * Registration of an app whose version is decided in the page. Where that can read nothing, the path without a version
 * stays, which the edge decides. It ends in `.json`: that selects the manifest flow, so that one registration serves
 * Vite, Rspack and webpack remotes alike.
 */
export function sluiceRemote(app: string): { readonly name: string; readonly entry: string } {
  return { name: app, entry: `/${app}/mf-manifest.json` };
}

/** The runtime does not look at the status of an answer. */
async function fetchManifest(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

/** Neither `import()` nor `fetch` has a time-out of its own. */
function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(reject, timeoutMs, new Error(`${what} took ${timeoutMs} ms`));
  });
  return Promise.race([promise, late]);
}
