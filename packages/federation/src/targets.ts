import type { ModuleFederation } from '@module-federation/runtime';
import type { FailureKind } from '@sluice/core';
import { pageState, type ResolvedApp, type Resolver } from '@sluice/resolver';
import { appOf, remoteOf } from './remote-of.js';
import { sweepVersion } from './sweep.js';

/** An app on its way: where it is aimed at, and how far it got. */
interface Target {
  readonly app: string;
  /** There is stable to fall back to: the page began with the canary. */
  readonly hasOther: boolean;
  version: string;
  phase: FailureKind;
  /** Loads stable from now on; doing it twice is doing it once. */
  fallBack(): void;
}

/** The apps that this page has aimed at their decided versions. */
export interface Targets {
  /** Points the remote behind an id at its decided version, before the runtime loads it. */
  aim(origin: ModuleFederation, id: string): Promise<void>;
  of(origin: ModuleFederation, id: string): Target | undefined;
  /** The app whose version an address belongs to. */
  managing(url: string): Target | undefined;
}

export function createTargets(resolver: Resolver): Targets {
  const targets = new Map<string, Target>();

  function targetOf(origin: ModuleFederation, resolved: ResolvedApp): Target {
    const { app } = resolved.decision;
    const known = targets.get(app);
    if (known !== undefined) return known;
    const target = createTarget(origin, resolved);
    targets.set(app, target);
    const { stable } = resolved.decision;
    pageState().loaded.set(app, { stable, version: () => target.version, fallBack: () => target.fallBack() });
    void resolver.attempt(app);
    return target;
  }

  return {
    async aim(origin, id) {
      const remote = remoteOf(origin, id);
      // A loaded remote stays what it is for the life of the page.
      if (remote === undefined || origin.moduleCache.has(remote.name)) return;
      const resolved = await resolver.resolve(appOf(remote));
      if (resolved === undefined || origin.moduleCache.has(remote.name)) return;
      const { app, version } = targetOf(origin, resolved);
      if ('entry' in remote) remote.entry = absolute(`/${app}/${version}/mf-manifest.json`);
    },
    of(origin, id) {
      const remote = remoteOf(origin, id);
      return remote && targets.get(appOf(remote));
    },
    managing(url) {
      const { pathname, origin } = new URL(url, location.href);
      if (origin !== location.origin) return undefined;
      return [...targets.values()].find(({ app, version }) => pathname.startsWith(`/${app}/${version}/`));
    },
  };
}

function createTarget(origin: ModuleFederation, resolved: ResolvedApp): Target {
  const { app, stable } = resolved.decision;
  return {
    app,
    hasOther: resolved.version !== stable,
    version: resolved.version,
    phase: 'manifest',
    fallBack() {
      const canary = this.version;
      const remote = origin.options.remotes.find((candidate) => appOf(candidate) === app);
      if (canary === stable || remote === undefined) return;
      this.version = stable;
      this.phase = 'manifest';
      origin.registerRemotes([{ ...remote, entry: absolute(resolved.stableManifestUrl) }], { force: true });
      sweepVersion(app, canary);
    },
  };
}

function absolute(path: string): string {
  return new URL(path, location.href).href;
}
