import type { AppId, AppKind, AppPlace, Plan } from '@sluice/core';
import { parseAppId, placeOf } from '@sluice/core';
import * as v from 'valibot';
import { parseDuration } from './duration.js';
import type { Issue, Parsed } from './parsed.js';
import { invalid, issuesOf } from './parsed.js';
import { parsePlan, standardPlan, type WrittenPlan } from './plan.js';

/** `sluice.config.ts` as people write it. */
export interface WrittenConfig {
  readonly apps: Readonly<Record<string, WrittenApp>>;
  readonly plans?: Readonly<Record<string, WrittenPlan>>;
  /** Plan of apps that name none. Default `standard`. */
  readonly plan?: string;
  /** Share of the pages outside rollouts that send telemetry, 0–1. Default 0.01. */
  readonly sampleRate?: number;
  /** A rollback to a version that was stable within this time needs no stages. Default 14d. */
  readonly rollbackWindow?: string;
  /** Beacons per second that are taken in. */
  readonly ingestion?: { readonly perClient?: number; readonly total?: number };
  /** Default: `local` with the values of {@link localTarget}. */
  readonly targets?: Readonly<Record<string, WrittenTarget>>;
}

export interface WrittenApp {
  readonly kind: AppKind;
  /** Default: `edge` for shells, `manifest` for remotes. */
  readonly router?: 'manifest' | 'edge';
  /** Folder in the store. Default: the app's name; `''` is the brief's layout. */
  readonly prefix?: string;
  readonly plan?: string;
  /** Where a further shell answers documents, like `/admin`. */
  readonly mount?: string;
}

export interface WrittenTarget {
  /** The store's folder. */
  readonly store?: string;
  /** Folder of the slot journals. */
  readonly telemetry?: string;
  readonly edge?: { readonly host?: string; readonly port?: number };
  readonly controller?: { readonly host?: string; readonly port?: number; readonly tick?: string };
}

export interface ConfigApp {
  readonly place: AppPlace;
  readonly kind: AppKind;
  readonly router: 'manifest' | 'edge';
  readonly plan: string;
  readonly mount?: string;
}

export interface Target {
  readonly name: string;
  readonly store: string;
  readonly telemetry: string;
  readonly edge: { readonly host: string; readonly port: number };
  readonly controller: { readonly host: string; readonly port: number; readonly tickMs: number };
}

export interface Config {
  readonly apps: readonly ConfigApp[];
  readonly plans: ReadonlyMap<string, Plan>;
  readonly sampleRate: number;
  readonly rollbackWindowMs: number;
  readonly ingestion: { readonly perClient: number; readonly total: number };
  readonly targets: ReadonlyMap<string, Target>;
}

/** Types what is written in `sluice.config.ts`; {@link parseConfig} checks it. */
export function defineConfig(config: WrittenConfig): WrittenConfig {
  return config;
}

const port = v.pipe(
  v.number('Not a number. | Use a port from 0 to 65535.'),
  v.integer(),
  v.minValue(0),
  v.maxValue(65_535),
);
const duration = v.pipe(
  v.string(),
  v.check(
    (text) => parseDuration(text) !== undefined,
    "Not a length of time. | Write it as '90s', '15m', '2h' or '1d'.",
  ),
);
const count = v.pipe(v.number(), v.minValue(1));
const target = v.strictObject({
  store: v.optional(v.string(), '.sluice/store'),
  telemetry: v.optional(v.string(), '.sluice/telemetry'),
  edge: v.optional(v.strictObject({ host: v.optional(v.string(), '127.0.0.1'), port: v.optional(port, 4400) }), {}),
  controller: v.optional(
    v.strictObject({
      host: v.optional(v.string(), '127.0.0.1'),
      port: v.optional(port, 4401),
      tick: v.optional(duration, '1s'),
    }),
    {},
  ),
});
const app = v.strictObject({
  kind: v.picklist(['shell', 'remote'], "Not a kind. | Use 'shell' or 'remote'."),
  router: v.optional(
    v.picklist(
      ['manifest', 'edge'],
      "Not a router of a local target. | Use 'manifest' or 'edge'; the routers of AWS come with the AWS adapters.",
    ),
  ),
  prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^([a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*)?$/,
        "Not a folder of a store. | Use a name like 'mfe1', or ''.",
      ),
    ),
  ),
  plan: v.optional(v.string()),
  mount: v.optional(v.pipe(v.string(), v.regex(/^(\/[a-z0-9-]+)+$/, "Not a path. | Write it as '/admin'."))),
});
const configShape = v.strictObject({
  apps: v.record(v.string(), app),
  plans: v.optional(v.record(v.string(), v.unknown()), {}),
  plan: v.optional(v.string(), 'standard'),
  sampleRate: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.01),
  rollbackWindow: v.optional(duration, '14d'),
  ingestion: v.optional(v.strictObject({ perClient: v.optional(count, 50), total: v.optional(count, 20_000) }), {}),
  targets: v.optional(v.record(v.string(), target), { local: {} }),
});
type Checked = v.InferOutput<typeof configShape>;

/** The configuration, or everything that is wrong with it. */
export function parseConfig(written: unknown): Parsed<Config> {
  const checked = v.safeParse(configShape, written);
  const issues: Issue[] = checked.success ? [] : [...issuesOf(checked.issues)];
  const plans = parsePlans(written, issues);
  if (!checked.success) return invalid(issues);
  const apps = parseApps(checked.output, plans, issues);
  if (issues.length > 0) return invalid(issues);
  const { sampleRate, rollbackWindow, ingestion, targets } = checked.output;
  return {
    kind: 'ok',
    value: {
      apps,
      plans,
      sampleRate,
      rollbackWindowMs: parseDuration(rollbackWindow) ?? 0,
      ingestion,
      targets: new Map(Object.entries(targets).map(([name, written_]) => [name, targetOf(name, written_)])),
    },
  };
}

function targetOf(name: string, written: Checked['targets'][string]): Target {
  const { tick, ...controller } = written.controller;
  return { name, ...written, controller: { ...controller, tickMs: parseDuration(tick) ?? 1000 } };
}

function parsePlans(written: unknown, issues: Issue[]): ReadonlyMap<string, Plan> {
  const plans = new Map<string, Plan>();
  const own: unknown = typeof written === 'object' && written !== null && 'plans' in written ? written.plans : {};
  const all = { standard: standardPlan, ...(typeof own === 'object' ? own : {}) };
  for (const [name, plan] of Object.entries(all)) {
    const parsed = parsePlan(name, plan);
    if (parsed.kind === 'ok') plans.set(name, parsed.value);
    else for (const issue of parsed.issues) issues.push({ ...issue, place: `plans.${name}.${issue.place}` });
  }
  return plans;
}

function parseApps(config: Checked, plans: ReadonlyMap<string, Plan>, issues: Issue[]): readonly ConfigApp[] {
  const apps: ConfigApp[] = [];
  for (const [name, written] of Object.entries(config.apps)) {
    const id = parseAppId(name);
    const place = `apps.${name}`;
    if (id === undefined) {
      issues.push({
        place,
        problem: `"${name}" is not an app name.`,
        remedy: 'Use a-z, 0-9 and "-", at most 32, a letter first; not "api" or "sluice".',
      });
      continue;
    }
    const plan = written.plan ?? config.plan;
    if (!plans.has(plan)) {
      issues.push({
        place: `${place}.plan`,
        problem: `There is no plan "${plan}".`,
        remedy: `Choose one of ${[...plans.keys()].join(', ')}, or add it under plans.`,
      });
    }
    apps.push(appOf(id, written, plan));
  }
  if (apps.length === 0 && issues.length === 0) {
    issues.push({ place: 'apps', problem: 'There is no app.', remedy: "Add one: mfe1: { kind: 'remote' }." });
  }
  sharedPrefixes(apps, issues);
  return apps;
}

function appOf(id: AppId, written: Checked['apps'][string], plan: string): ConfigApp {
  return {
    place: placeOf(id, written.prefix ?? id),
    kind: written.kind,
    router: written.router ?? (written.kind === 'shell' ? 'edge' : 'manifest'),
    plan,
    ...(written.mount === undefined ? {} : { mount: written.mount }),
  };
}

function sharedPrefixes(apps: readonly ConfigApp[], issues: Issue[]): void {
  for (const [i, one] of apps.entries()) {
    const other = apps.slice(0, i).find((before) => before.place.prefix === one.place.prefix);
    if (other === undefined) continue;
    issues.push({
      place: `apps.${one.place.app}.prefix`,
      problem: `It shares the folder "${one.place.prefix}" with ${other.place.app}.`,
      remedy: 'Each app of one store needs a folder of its own.',
    });
  }
}
