import type { ModuleFederationRuntimePlugin } from '@module-federation/runtime';
import { getResolver, pageState, type Resolver } from '@sluice/resolver';
import { createTargets } from './targets.js';
import { within } from './within.js';

export interface SluicePluginOptions {
  /** Default: the resolver of the page. */
  readonly resolver?: Resolver;
}

// Says that a load is the fallback itself: without it a stable that fails too would fall back for ever.
const marker = 'sluice-fallback';

/**
 * Module Federation runtime plugin: loads the decided version of each app, with time-outs, and stable in the same page
 * load when the canary cannot be loaded. Remotes that Sluice does not know are left alone.
 */
export function sluicePlugin(options: SluicePluginOptions = {}): ModuleFederationRuntimePlugin {
  const resolver = options.resolver ?? getResolver();
  const targets = createTargets(resolver);
  return {
    name: 'sluice',
    async beforeRequest(args) {
      await targets.aim(args.origin, args.id);
      return args;
    },
    // preloadRemote() does not ask beforeRequest.
    async beforePreloadRemote({ preloadOps, origin }) {
      for (const { nameOrAlias } of preloadOps) await targets.aim(origin, nameOrAlias);
    },
    fetch(url, init) {
      return targets.managing(url) === undefined ? undefined : fetchManifest(url, init, resolver.timeoutMs);
    },
    async loadEntry({ remoteInfo }) {
      const target = targets.managing(remoteInfo.entry);
      if (target === undefined) return undefined;
      target.phase = 'entry';
      if (!isModule(remoteInfo.type)) return undefined;
      // import() has no time-out of its own.
      const entry = import(/* @vite-ignore */ remoteInfo.entry) as Promise<NonNullable<EntryExports>>;
      const loaded = await within(entry, resolver.timeoutMs, remoteInfo.entry);
      target.phase = 'evaluate';
      return loaded;
    },
    createScript({ url }) {
      return targets.managing(url) === undefined ? undefined : { timeout: resolver.timeoutMs };
    },
    async errorLoadRemote({ id, error, from, lifecycle, origin }) {
      // Manifest errors come as afterResolve first, and again as onLoad.
      if (lifecycle !== 'onLoad' || (from as string) === marker) return undefined;
      const target = targets.of(origin, id);
      if (target === undefined) return undefined;
      const fellBack = target.hasOther;
      resolver.failed(target.app, { kind: target.phase, error, fellBack });
      if (!fellBack) return undefined;
      target.fallBack();
      return origin.loadRemote(id, { from: marker as 'runtime' });
    },
    onLoad({ id, origin }) {
      const app = targets.of(origin, id)?.app;
      if (app !== undefined && !pageState().rendered.has(app)) resolver.ready(app);
    },
  };
}

type EntryExports = Exclude<
  Awaited<ReturnType<NonNullable<ModuleFederationRuntimePlugin['loadEntry']>>>,
  // The hook may also leave the entry to the runtime.
  void
>;

/**
 * Registration of an app whose version is decided in the page. The placeholder ends in `.json`: that selects the
 * manifest flow, so that one registration serves Vite, Rspack and webpack remotes alike.
 */
export function sluiceRemote(app: string): { readonly name: string; readonly entry: string } {
  return { name: app, entry: `/${app}/__unresolved__/mf-manifest.json` };
}

/** The runtime does not look at the status of an answer. */
async function fetchManifest(url: string, init: RequestInit, timeoutMs: number): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

function isModule(type: string): boolean {
  return type === 'module' || type === 'esm';
}
