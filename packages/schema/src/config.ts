import type { AppKind, AppPlace, FreezeWindow, Plan, VisitorRules } from '@sluice/core';
import { parseAppId, placeOf } from '@sluice/core';
import * as v from 'valibot';
import { appIssues } from './config-apps.js';
import { checkIssues, checkOf, type ConfigCheck, type WrittenCheck } from './config-checks.js';
import { routerIssues, type RouterName } from './config-routers.js';
import { configShape, type CheckedApp, type CheckedConfig } from './config-shape.js';
import { targetIssues } from './config-targets.js';
import { parseDuration } from './duration.js';
import type { Issue, Parsed } from './parsed.js';
import { invalid, isRecord, issuesOf } from './parsed.js';
import { groupIssues, notifierIssues } from './config-policies.js';
import { parseFreezeWindows, type WrittenFreezeWindow } from './freeze-windows.js';
import { metricIssues, type WrittenMetrics } from './metrics.js';
import { adaptivePlan, parsePlan, quietPlan, standardPlan, type WrittenPlan } from './plan.js';
import { targetOf, type Target, type WrittenTarget } from './target.js';

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
  /** What becomes of a start while another version is on trial; `queue` (default): the latest waits for its turn. */
  readonly superseding?: 'queue' | 'replace' | 'reject';
  /** Apps that can move as one: `checkout: ['mfe1', 'mfe2']`. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Rollouts at once, and the share of users (percent) who may be on any canary. Default: no limit. */
  readonly limits?: { readonly maxConcurrent?: number; readonly maxExposedPercent?: number };
  /** Times in which nothing starts or advances. Rollback always works. */
  readonly freeze?: readonly WrittenFreezeWindow[];
  /** `brief`: the four alarms of the brief. Default `none`: they count all versions, and a busy app is always in alarm. */
  readonly alarms?: 'brief' | 'none';
  /** Who is told of transitions. Default: nobody; `sluice serve` prints them anyway. */
  readonly notify?: readonly WrittenNotifier[];
  /** Where a person can look, named in notifications; `{app}` is the app: `https://sluice.example.com/{app}`. */
  readonly link?: string;
  readonly ingestion?: WrittenIngestion;
  readonly visitors?: WrittenVisitors;
  /** Default: `local` with its store in `.sluice/store`, edge on 4400 and controller on 4401. */
  readonly targets?: Readonly<Record<string, WrittenTarget>>;
}

/** What pages and edges may know a visitor by; `docs/telemetry.md`. */
interface WrittenVisitors {
  /** Nobody is given a cookie before `setConsent(true)`, and whoever has not agreed is shown stable. */
  readonly consent?: 'required';
  /** Ids are numbers below 100,000, which many visitors share. Default: 128 random bits. */
  readonly identity?: 'coarse';
}

/** What telemetry takes in, and from whom; `docs/trust.md`. */
interface WrittenIngestion {
  /** Beacons per second of one address, and of all. Default 50 and 20,000. */
  readonly perClient?: number;
  readonly total?: number;
  /** Sessions of one /24 (IPv4) or /48 (IPv6) in one slot of a rollout. Default 5. */
  readonly perRange?: number;
  /** Failed sessions of one range in one rollout; more only while they are less than 2 % of all failed ones. Default 1. */
  readonly failedPerRange?: number;
}

export interface WrittenApp {
  /** `library`: a remote that other remotes load, like a design system. It is published, served and judged as a remote. */
  readonly kind: AppKind | 'library';
  /** Default: `edge` for shells, `manifest` for remotes. The others are of targets on AWS. */
  readonly router?: RouterName;
  /** Folder in the store. Default: the app's name; `''` is the brief's layout. */
  readonly prefix?: string;
  readonly plan?: string;
  /** What its canaries are judged by. */
  readonly metrics?: WrittenMetrics;
  /** Where a further shell answers documents, like `/admin`. */
  readonly mount?: string;
  readonly superseding?: 'queue' | 'replace' | 'reject';
  /** JSON endpoints that must say a certain thing before a stage ends. */
  readonly checks?: readonly WrittenCheck[];
}

/** A receiver of notifications. The secret is read from the environment, never written here. */
export interface WrittenNotifier {
  readonly kind: 'console' | 'webhook' | 'slack' | 'sns';
  /** Unique; default: the kind. */
  readonly name?: string;
  readonly url?: string;
  /** Name of the environment variable that holds the secret of a webhook's signature. */
  readonly secretFrom?: string;
  /** ARN of the topic of SNS. */
  readonly topic?: string;
}

export interface ConfigApp {
  readonly place: AppPlace;
  readonly kind: AppKind;
  readonly router: RouterName;
  readonly plan: string;
  /** As they are written; {@link planOf} makes rules of them. */
  readonly metrics?: WrittenMetrics;
  readonly mount?: string;
  readonly superseding: 'queue' | 'replace' | 'reject';
  readonly checks: readonly ConfigCheck[];
}

export interface ConfigGroup {
  readonly name: string;
  readonly apps: readonly string[];
}

export interface ConfigNotifier {
  readonly kind: 'console' | 'webhook' | 'slack' | 'sns';
  readonly name: string;
  readonly url?: string | undefined;
  readonly secretFrom?: string | undefined;
  readonly topic?: string | undefined;
}

export interface Config {
  readonly apps: readonly ConfigApp[];
  readonly plans: ReadonlyMap<string, Plan>;
  readonly sampleRate: number;
  readonly rollbackWindowMs: number;
  readonly groups: readonly ConfigGroup[];
  readonly limits?: { readonly maxConcurrent?: number; readonly maxExposedBp?: number };
  readonly freeze: readonly FreezeWindow[];
  readonly alarms: 'brief' | 'none';
  readonly notify: readonly ConfigNotifier[];
  readonly link?: string | undefined;
  readonly ingestion: Readonly<Required<WrittenIngestion>>;
  readonly visitors: VisitorRules;
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
  issues.push(...appIssues(raw, [...plans.keys()]), ...targetIssues(raw['targets']), ...routerIssues(raw));
  issues.push(...checksIssues(raw['apps'], plans), ...metricIssues(raw['apps']));
  issues.push(...groupIssues(raw), ...notifierIssues(raw['notify']));
  const freeze = parseFreezeWindows(raw['freeze'], issues);
  if (!checked.success || issues.length > 0) return invalid(issues);
  const { apps, plan, sampleRate, rollbackWindow, ingestion, targets, groups, limits, alarms, notify } = checked.output;
  const { superseding, link, visitors } = checked.output;
  return {
    kind: 'ok',
    value: {
      apps: Object.entries(apps).map(([name, app]) => appOf(name, app, { plan, superseding })),
      plans: new Map([...plans].flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const]))),
      sampleRate,
      rollbackWindowMs: parseDuration(rollbackWindow) ?? 0,
      groups: Object.entries(groups).map(([name, members]) => ({ name, apps: members })),
      ...(limits === undefined ? {} : { limits: limitsOf(limits) }),
      freeze,
      alarms,
      link,
      notify: notify.map((one) => ({ ...one, name: one.name ?? one.kind })),
      ingestion,
      visitors,
      targets: new Map(Object.entries(targets).map(([name, target]) => [name, targetOf(name, target)])),
    },
  };
}

function checksIssues(apps: unknown, plans: ReadonlyMap<string, Plan | undefined>): readonly Issue[] {
  const most = Math.max(...[...plans.values()].map((plan) => plan?.stages.length ?? 0));
  return Object.entries(isRecord(apps) ? apps : {}).flatMap(([name, app]) =>
    isRecord(app) ? checkIssues(name, app['checks'], most) : [],
  );
}

/** All plans by name; undefined where a plan is wrong, so that who uses it is not told that it does not exist. */
function parsePlans(written: unknown, issues: Issue[]): ReadonlyMap<string, Plan | undefined> {
  const plans = new Map<string, Plan | undefined>();
  const all = {
    standard: standardPlan,
    adaptive: adaptivePlan,
    quiet: quietPlan,
    ...(isRecord(written) ? written : {}),
  };
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

type CheckedLimits = NonNullable<CheckedConfig['limits']>;

function limitsOf({ maxConcurrent, maxExposedPercent }: CheckedLimits): NonNullable<Config['limits']> {
  return {
    ...(maxConcurrent === undefined ? {} : { maxConcurrent }),
    ...(maxExposedPercent === undefined ? {} : { maxExposedBp: Math.round(maxExposedPercent * 100) }),
  };
}

type Defaults = Pick<ConfigApp, 'plan' | 'superseding'>;

function appOf(name: string, written: CheckedApp, defaults: Defaults): ConfigApp {
  const id = parseAppId(name);
  // appIssues() has refused every other name.
  if (id === undefined) throw new TypeError(`"${name}" is not an app name`);
  return {
    place: placeOf(id, written.prefix ?? id),
    kind: written.kind === 'library' ? 'remote' : written.kind,
    router: written.router ?? (written.kind === 'shell' ? 'edge' : 'manifest'),
    plan: written.plan ?? defaults.plan,
    // metricIssues() has refused everything else.
    ...(written.metrics === undefined ? {} : { metrics: written.metrics as WrittenMetrics }),
    superseding: written.superseding ?? defaults.superseding,
    checks: written.checks.map(checkOf),
    ...(written.mount === undefined ? {} : { mount: written.mount }),
  };
}
