import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import type { Actor, AppPlace, OverrideName, Plan, Store } from '@sluice/core';
import { DeliveryError, overrideNames, parseVersionId, versionManifestKey } from '@sluice/core';
import type { Platform, VersionFacts } from '@sluice/controller/commands';
import { parseVersionManifest, planOf, type ConfigApp } from '@sluice/schema';
import { askEdge } from './ask-edge.js';
import { loadConfig, type LoadedConfig } from './load-config.js';
import { routersOf } from './target/routers.js';
import { openStore } from './target/store.js';

/** What the process was started with. */
export interface World {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  readonly argv: readonly string[];
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly target?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** Configuration, store and platform: what most commands work on. */
export interface Context extends LoadedConfig {
  readonly store: Store;
  readonly platform: Platform;
  readonly actor: Actor;
  /** When work began, on the monotonic clock: what is served later is measured from here. */
  readonly begunMs: number;
}

export async function openContext(world: World, options: GlobalOptions): Promise<Context> {
  const loaded = await loadConfig({ ...world, ...options });
  const begunMs = performance.now();
  const store = await openStore(loaded.target);
  const routers = await routersOf(loaded, store);
  const platform: Platform = {
    store,
    ...(routers.length === 0 ? {} : { routers }),
    apps: loaded.config.apps.map(({ place, kind, superseding }) => ({ place, kind, superseding })),
    groups: loaded.config.groups,
    ...(loaded.config.limits === undefined ? {} : { limits: loaded.config.limits }),
    freeze: loaded.config.freeze,
    checks: {
      readings: async (rollout) => {
        const { checksAskedNow } = await import('./check-gates.js');
        return checksAskedNow(loaded, world).readings(rollout);
      },
    },
    planOf: (app, name) => {
      const configured = loaded.config.apps.find(({ place }) => place.app === app);
      return configured && planOf(loaded.config, configured, name);
    },
    sampleRate: loaded.config.sampleRate,
    now: world.now,
    newId,
    problemsOf: async (app, name) => {
      const version = parseVersionId(name);
      if (version === undefined) return undefined;
      // What checks builds parses HTML and JavaScript: only commands that verify a version pay for it.
      const { verifyVersion } = await import('@sluice/publish');
      return verifyVersion({ store, place: app.place, version });
    },
    preflight: async (app, name, together) => {
      const version = parseVersionId(name);
      const { preflight } = await import('@sluice/publish');
      const ask = askEdge(edgeOrigin(loaded));
      const apps = loaded.config.apps;
      const report = version && (await preflight({ store, apps, app, version, ask, together }));
      return (report?.problems ?? []).map(({ place, problem }) => `${place}: ${problem}`);
    },
    factsOf: async (app, version) => factsOf(store, { place: app.place, version }),
    rollbackWindowMs: loaded.config.rollbackWindowMs,
  };
  return { ...loaded, store, platform, actor: actorOf(world), begunMs };
}

async function factsOf(
  store: Store,
  of: { readonly place: AppPlace; readonly version: string },
): Promise<VersionFacts | undefined> {
  const version = parseVersionId(of.version);
  const found = version && (await store.read(versionManifestKey(of.place, version)));
  const manifest = found && parseVersionManifest(new TextDecoder().decode(found.bytes));
  if (manifest?.kind !== 'ok') return undefined;
  const { needs = {}, rollbackSafe = true, commit } = manifest.value;
  return { needs, rollbackSafe, ...(commit === undefined ? {} : { commit }) };
}

/** 128 random bits as hex. */
export function newId(): string {
  return randomBytes(16).toString('hex');
}

/** Where the target's edge answers; undefined where the configuration does not say. */
export function edgeOrigin({ target }: LoadedConfig): string | undefined {
  return target.kind === 'local'
    ? `http://${target.edge.host}:${String(target.edge.port)}`
    : target.site?.replace(/\/$/, '');
}

/** Who types: CI says who started it, else the user of this machine. */
function actorOf(world: World): Actor {
  const ci = world.env['GITHUB_ACTOR'];
  if (ci !== undefined && ci !== '') return { kind: 'script', name: ci };
  try {
    return { kind: 'person', name: userInfo().username };
  } catch {
    return { kind: 'person', name: 'unknown' };
  }
}

/** The app's configuration; throws `app-unknown` with the apps there are. */
export function appNamed(context: LoadedConfig, name: string): ConfigApp {
  const found = context.config.apps.find(({ place }) => place.app === name);
  if (found !== undefined) return found;
  const known = context.config.apps.map(({ place }) => place.app).join(', ');
  throw new DeliveryError({
    code: 'app-unknown',
    message: `There is no app "${name}" in ${context.path}; there are ${known}.`,
    remedy: 'Choose one of these, or add it under `apps`.',
  });
}

/** The app, or the first member of the group, of this name; throws `app-unknown` with what there is. */
export function unitNamed(context: LoadedConfig, name: string): ConfigApp {
  const group = context.config.groups.find((one) => one.name === name);
  return appNamed(context, group?.apps[0] ?? name);
}

/** All apps, the members of a group, or one app; throws `app-unknown`. */
export function appsNamed(context: Context, name: string | undefined): Platform['apps'] {
  if (name === undefined) return context.platform.apps;
  const group = context.config.groups.find((one) => one.name === name);
  const names = group?.apps ?? [appNamed(context, name).place.app];
  return context.platform.apps.filter(({ place }) => names.includes(place.app));
}

/** Rules to override, checked; throws `usage` with the rules there are, and where there is no reason. */
export function overridesOf(options: {
  readonly override?: readonly string[];
  /** Short for the override of what the preflight says. */
  readonly force?: boolean;
  readonly reason?: string;
}): readonly OverrideName[] {
  const names = [...(options.override ?? []), ...(options.force === true ? ['preflight'] : [])];
  const known = names.flatMap((name) => overrideNames.find((rule) => rule === name) ?? []);
  if (known.length < names.length) {
    throw new DeliveryError({
      code: 'usage',
      message: `"${names.find((name) => !overrideNames.some((rule) => rule === name)) ?? ''}" is not a rule that can be overridden.`,
      remedy: `Choose from ${overrideNames.join(', ')}.`,
    });
  }
  if (known.length > 0 && (options.reason ?? '') === '') {
    throw new DeliveryError({
      code: 'usage',
      message: 'Overriding a rule needs a reason.',
      remedy: `Say why: --reason "…". It is recorded with your name.`,
    });
  }
  return known;
}

/** The plan by name, or the app's own, with the app's metrics as its rules. Throws `plan-invalid`. */
export function planFor(context: LoadedConfig, app: ConfigApp, name?: string): Plan {
  const plan = planOf(context.config, app, name);
  if (plan !== undefined) return plan;
  throw new DeliveryError({
    code: 'plan-invalid',
    message: `There is no plan "${name ?? app.plan}" in ${context.path}.`,
    remedy: `Choose one of ${[...context.config.plans.keys()].join(', ')} with --plan, or add it under \`plans\`.`,
  });
}
