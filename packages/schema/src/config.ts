import type { AppKind, AppPlace, Plan } from '@sluice/core';
import { parseAppId, placeOf } from '@sluice/core';
import * as v from 'valibot';
import { appIssues } from './config-apps.js';
import { configShape, type CheckedApp, type CheckedTarget } from './config-shape.js';
import { targetIssues } from './config-targets.js';
import { parseDuration } from './duration.js';
import type { Issue, Parsed } from './parsed.js';
import { invalid, isRecord, issuesOf } from './parsed.js';
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
  /** Default: `local` with its store in `.sluice/store`, edge on 4400 and controller on 4401. */
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

/** The configuration, or everything that is wrong with it. */
export function parseConfig(written: unknown): Parsed<Config> {
  const issues: Issue[] = [];
  const checked = v.safeParse(configShape, written);
  if (!checked.success) issues.push(...issuesOf(checked.issues));
  const raw = isRecord(written) ? written : {};
  const plans = parsePlans(raw['plans'], issues);
  // On what was written, not on what the shape let through: every problem is told at once.
  issues.push(...appIssues(raw, [...plans.keys()]), ...targetIssues(raw['targets']));
  if (!checked.success || issues.length > 0) return invalid(issues);
  const { apps, plan, sampleRate, rollbackWindow, ingestion, targets } = checked.output;
  return {
    kind: 'ok',
    value: {
      apps: Object.entries(apps).map(([name, app]) => appOf(name, app, plan)),
      plans: new Map([...plans].flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const]))),
      sampleRate,
      rollbackWindowMs: parseDuration(rollbackWindow) ?? 0,
      ingestion,
      targets: new Map(Object.entries(targets).map(([name, target]) => [name, targetOf(name, target)])),
    },
  };
}

function targetOf(name: string, written: CheckedTarget): Target {
  const { tick, ...controller } = written.controller;
  return { name, ...written, controller: { ...controller, tickMs: parseDuration(tick) ?? 1000 } };
}

/** All plans by name; undefined where a plan is wrong, so that who uses it is not told that it does not exist. */
function parsePlans(written: unknown, issues: Issue[]): ReadonlyMap<string, Plan | undefined> {
  const plans = new Map<string, Plan | undefined>();
  const all = { standard: standardPlan, ...(isRecord(written) ? written : {}) };
  for (const [name, plan] of Object.entries(all)) {
    const parsed = parsePlan(name, plan);
    plans.set(name, parsed.kind === 'ok' ? parsed.value : undefined);
    if (parsed.kind === 'ok') continue;
    for (const issue of parsed.issues) {
      issues.push({ ...issue, place: issue.place === '.' ? `plans.${name}` : `plans.${name}.${issue.place}` });
    }
  }
  return plans;
}

function appOf(name: string, written: CheckedApp, plan: string): ConfigApp {
  const id = parseAppId(name);
  // appIssues() has refused every other name.
  if (id === undefined) throw new TypeError(`"${name}" is not an app name`);
  return {
    place: placeOf(id, written.prefix ?? id),
    kind: written.kind,
    router: written.router ?? (written.kind === 'shell' ? 'edge' : 'manifest'),
    plan: written.plan ?? plan,
    ...(written.mount === undefined ? {} : { mount: written.mount }),
  };
}
