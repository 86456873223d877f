import type { ModuleFederationRuntimePlugin } from '@module-federation/runtime';
import { getTelemetry, pageState } from '@sluice/resolver/report';
import { aim } from './aim.js';
import { kindOf } from './failure-kind.js';
import { loadedAs, loadedFrom } from './loaded.js';
import { patienceMs, within } from './within.js';

/**
 * Module Federation runtime plugin: loads the decided version of each app, with time-outs, and stable in the same page
 * load when the canary cannot be loaded. Remotes that Sluice does not know are left alone. For remotes that load
 * remotes of their own: `registerGlobalPlugins([sluicePlugin()])`, before the first instance is made.
 */
export function sluicePlugin(): ModuleFederationRuntimePlugin {
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
    fetch: (url, init) =>
      within(url, 'manifest', async () => {
        const response = await fetch(url, init);
        // The runtime does not look at the status of an answer.
        if (response.ok) return response;
        throw Error('status ' + response.status);
      }),
    loadEntry: ({ remoteInfo: { entry, type, entryGlobalName } }) =>
      within(entry, 'entry', async () => {
        if (/module|esm/.test(type)) {
          const container = (await import(/* @vite-ignore */ entry)) as EntryExports;
          return { ...container, init: (...args) => within(entry, 'chunk', async () => container.init(...args)) };
        }
        // The runtime takes a container that is there already for the one to load: where a canary's script arrived after
        // the canary was given up, for stable's.
        (globalThis as Record<string, unknown>)[entryGlobalName] = undefined;
      }),
    getModuleFactory: ({ remoteEntryExports, expose, moduleInfo: { entry } }) =>
      // The runtime's type is wrong: it is a promise of the factory.
      within(entry, 'chunk', () => remoteEntryExports.get(expose) as unknown as Promise<() => unknown>),
    createScript({ url }) {
      const loaded = loadedFrom(url);
      return loaded && { timeout: patienceMs(loaded) };
    },
    errorLoadRemote({ id, error, from, lifecycle, origin }) {
      const loaded = loadedAs(origin, id);
      // Manifest errors come as afterResolve first, and again as onLoad.
      if (!loaded || lifecycle !== 'onLoad' || (from as string) === 'sluice') return;
      const fellBack = loaded.fallBack();
      telemetry.failed(loaded.app, { kind: kindOf(loaded.phase, error), error, fellBack });
      // `from` says that a load is the fallback itself: without it a stable that fails too would fall back for ever.
      if (fellBack) return origin.loadRemote(id, { from: 'sluice' as 'runtime' });
    },
    afterLoadRemote({ id, origin, error }) {
      const loaded = loadedAs(origin, id);
      if (!loaded) return;
      const { app, first, version } = loaded;
      // The runtime leaves the stylesheets of a canary in the page, and one that was on its way while it failed adds some.
      if (first !== version) {
        for (const link of document.querySelectorAll(`link[href*="/${app}/${first}/"]`)) link.remove();
      }
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
