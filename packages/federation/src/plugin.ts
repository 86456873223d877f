import type { FailureKind } from '@sluice/core';
import type { ModuleFederation, ModuleFederationRuntimePlugin } from '@module-federation/runtime';
import { getResolver, pageState, type ResolvedApp, type Resolver } from '@sluice/resolver';
import { appOf, remoteOf } from './remote-of.js';
import { sweepVersion } from './sweep.js';
import { within } from './within.js';

export interface SluicePluginOptions {
  /** Default: the resolver of the page. */
  readonly resolver?: Resolver;
}

/** An app on its way: where it is aimed at, and how far it got. */
interface Target {
  readonly resolved: ResolvedApp;
  version: string;
  phase: FailureKind;
}

// Says that a load is the fallback itself: without it a stable that fails too would fall back for ever.
const marker = 'sluice-fallback';

/**
 * Module Federation runtime plugin: loads the decided version of each app, with time-outs, and stable in the same page
 * load when the canary cannot be loaded. Remotes that Sluice does not know are left alone.
 */
export function sluicePlugin(options: SluicePluginOptions = {}): ModuleFederationRuntimePlugin {
  const resolver = options.resolver ?? getResolver();
  const targets = new Map<string, Target>();

  async function aim(origin: ModuleFederation, id: string): Promise<void> {
    const remote = remoteOf(origin, id);
    // A loaded remote stays what it is for the life of the page.
    if (remote === undefined || origin.moduleCache.has(remote.name)) return;
    const app = appOf(remote);
    const resolved = await resolver.resolve(app);
    if (resolved === undefined || origin.moduleCache.has(remote.name)) return;
    if (!targets.has(app)) {
      const target: Target = { resolved, version: resolved.version, phase: 'manifest' };
      targets.set(app, target);
      pageState().loaded.set(app, {
        version: () => target.version,
        stable: resolved.decision.stable,
        fallBack: () => {
          fallBack(origin, app, target);
        },
      });
      void resolver.attempt(app);
    }
    const target = targets.get(app);
    if ('entry' in remote && target) remote.entry = absolute(`/${app}/${target.version}/mf-manifest.json`);
  }

  function fallBack(origin: ModuleFederation, app: string, target: Target): void {
    const canary = target.version;
    const { stable } = target.resolved.decision;
    const remote = origin.options.remotes.find((candidate) => appOf(candidate) === app);
    if (canary === stable || remote === undefined) return;
    target.version = stable;
    target.phase = 'manifest';
    origin.registerRemotes([{ ...remote, entry: absolute(target.resolved.stableManifestUrl) }], { force: true });
    sweepVersion(app, canary);
  }

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
    fetch(url, init) {
      return managed(targets, url) === undefined ? undefined : fetchManifest(url, init, resolver.timeoutMs);
    },
    async loadEntry({ remoteInfo }) {
      const target = managed(targets, remoteInfo.entry);
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
      return managed(targets, url) === undefined ? undefined : { timeout: resolver.timeoutMs };
    },
    async errorLoadRemote({ id, error, from, lifecycle, origin }) {
      // Manifest errors come as afterResolve first, and again as onLoad.
      if (lifecycle !== 'onLoad' || (from as string) === marker) return undefined;
      const remote = remoteOf(origin, id);
      const app = remote && appOf(remote);
      const target = app === undefined ? undefined : targets.get(app);
      if (app === undefined || target === undefined) return undefined;
      const kind = target.phase;
      const fellBack = target.resolved.version !== target.resolved.decision.stable;
      resolver.failed(app, { kind, error, fellBack });
      if (!fellBack) return undefined;
      fallBack(origin, app, target);
      return origin.loadRemote(id, { from: marker as 'runtime' });
    },
    onLoad({ id, origin }) {
      const remote = remoteOf(origin, id);
      const app = remote && appOf(remote);
      if (app !== undefined && targets.has(app) && !pageState().rendered.has(app)) resolver.ready(app);
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

function managed(targets: ReadonlyMap<string, Target>, url: string): Target | undefined {
  const { pathname, origin } = new URL(url, location.href);
  if (origin !== location.origin) return undefined;
  for (const [app, target] of targets) if (pathname.startsWith(`/${app}/${target.version}/`)) return target;
  return undefined;
}

function isModule(type: string): boolean {
  return type === 'module' || type === 'esm';
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
