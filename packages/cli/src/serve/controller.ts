import { setTimeout as wait } from 'node:timers/promises';
import {
  allMessengers,
  createApi,
  createCheckRounds,
  createController,
  createMessenger,
  createSeenVersions,
  listen,
  type ListeningApi,
  type SeenVersions,
} from '@sluice/controller';
import { briefAlarms, invalidatedKey, percentOf, type Rollout, type Signer, type TelemetrySource } from '@sluice/core';
import { createFileSigner, createFolderJournal } from '@sluice/local';
import {
  createAlarmMetrics,
  createIntake,
  createLocalAlarms,
  createMetricsHandler,
  createRateLimit,
  createTableHandler,
  createTelemetry,
  type AdmissionOptions,
  type Telemetry,
} from '@sluice/telemetry';
import type { Platform } from '@sluice/controller/commands';
import type { EdgeCounts } from '@sluice/schema';
import type { Context, World } from '../context.js';
import { checkGates } from '../check-gates.js';
import { addressError } from './address-error.js';
import { cloudWatchAlarms } from './cloudwatch-alarms.js';
import { countingTable, type CountingTable } from './counting-table.js';
import { edgeKeysInLine } from './edge-keys.js';
import { createServedMetrics, type ServedMetrics } from './metrics.js';
import { invalidationsOf } from './invalidations.js';
import { notifiersOf } from './notifiers.js';
import { createProblemLog } from './problem-log.js';
import { telemetrySource } from './telemetry-source.js';
import { unsignedBeaconsTold } from './unsigned-beacons.js';

export interface Handlers {
  readonly metrics: ServedMetrics;
  readonly source: TelemetrySource;
  readonly onProblem: (problem: { readonly app: string | null; readonly error: unknown }) => void;
  readonly alarms: NonNullable<Platform['alarms']>;
  /** What has to be asked anew before a tick. */
  readonly beforeTick: () => Promise<void>;
  readonly seen: SeenVersions;
}

/** The API first: an edge that is started before it would have nobody to pass telemetry on to. */
export async function listenForApi(
  context: Context,
  world: World,
): Promise<{ readonly api: ListeningApi; readonly handlers: Handlers }> {
  const { config, target, platform } = context;
  const metrics = createServedMetrics(inProcess(context, world.now), world.now);
  const table = await countedInTable(context, metrics);
  const source = table?.source ?? telemetrySource(context, world, metrics.telemetry);
  const intake = createIntake();
  const apps = config.apps.map(({ place }) => place.app);
  const signer = await signerOf(target, world.now);
  const alarms = createAlarmMetrics();
  const seen = createSeenVersions(platform);
  const onProblem = createProblemLog(world.now);
  const admission = {
    signer,
    intake,
    alarms,
    onVersion: (app: string, version: string) => {
      seen.saw(app, version);
    },
    limit: createRateLimit(config.ingestion),
    apps,
  };
  const about = { signer, intake, now: world.now, onProblem };
  const definitions = config.alarms === 'brief' ? briefAlarms : [];
  const local = createLocalAlarms({ metrics: alarms, apps, definitions, now: world.now });
  const watched = await cloudWatchAlarms(context, about);
  const readings = watched?.readings ?? (() => local.readings());
  const alignKeys = await edgeKeysInLine(context, about);
  const beforeTick = allOf([alignKeys, unsignedBeaconsTold(context, about), watched?.refresh]);
  const handlers: Handlers = { metrics, source, onProblem, alarms: readings, beforeTick, seen };
  try {
    const onRequests = (counts: readonly EdgeCounts[]): void => {
      for (const { app, ...answers } of counts) alarms.requests(app, answers, world.now());
    };
    const served = {
      handleMetrics: metrics.handling(handlerFor({ metrics, table, onProblem }, admission)),
      metrics: metrics.text,
      metricsToken: world.env['SLUICE_METRICS_TOKEN'],
    };
    const api = await listen(
      createApi({ platform, ...served, onRequests, onProblem, intake: () => intake.counts() }),
      target.controller,
    );
    return { api, handlers };
  } catch (error) {
    throw addressError(error, target.controller);
  }
}

/** Without keys nobody is signed, and the caps alone bound what strangers contribute. */
async function signerOf({ keys }: Context['target'], now: () => number): Promise<Signer | undefined> {
  // Edges on this machine sign by a new key as soon as it is in the file: a beacon must not come before ingestion has seen it.
  return keys === undefined ? undefined : createFileSigner({ path: keys, now, lookEveryMs: 0 });
}

function allOf(due: readonly ((() => Promise<void>) | undefined)[]): () => Promise<void> {
  return async () => {
    for (const one of due) await one?.();
  };
}

interface Counting {
  readonly metrics: ServedMetrics;
  readonly table: CountingTable | undefined;
  readonly onProblem: Handlers['onProblem'];
}

/** Beacons are counted in the table where the target has one, else in this process. */
function handlerFor({ metrics, table, onProblem }: Counting, admission: AdmissionOptions) {
  if (table === undefined) return createMetricsHandler({ ...admission, telemetry: metrics.telemetry });
  const told = (error: unknown): void => {
    onProblem({ app: null, error });
  };
  return createTableHandler({ ...admission, ingest: table.ingest, onProblem: told });
}

async function countedInTable(context: Context, metrics: ServedMetrics): Promise<CountingTable | undefined> {
  const table = await countingTable(context, context.platform.now);
  return table === undefined ? undefined : metrics.elsewhere(table);
}

/** What this process takes in, whether it is judged here or scraped. */
function inProcess({ config, target }: Context, now: () => number): Telemetry {
  const journal = createFolderJournal({ root: target.telemetry });
  const { perRange: perSlot, failedPerRange: failed } = config.ingestion;
  return createTelemetry({ journal, now, sampleRate: config.sampleRate, caps: { perSlot, failed } });
}

interface Loop {
  readonly context: Context;
  readonly handlers: Handlers;
  readonly json: boolean;
  readonly env: World['env'];
  readonly signal: AbortSignal;
}

/** Ticks until it is told to stop, and says what changes. */
export async function runLoop({ context, handlers, json, signal, env }: Loop): Promise<void> {
  const said = new Map<string, string>();
  const checks = createCheckRounds({ gates: checkGates(context, env), now: context.platform.now });
  const platform = { ...context.platform, alarms: handlers.alarms, checks };
  const { metrics } = handlers;
  const onProblem: Handlers['onProblem'] = (problem) => {
    metrics.gauges.problem();
    handlers.onProblem(problem);
  };
  const { link } = context.config;
  const notifiers = await notifiersOf(context, env);
  const invalidators = await invalidationsOf(context);
  const messenger = allMessengers([
    createMessenger({ platform, notifiers, onProblem, ...(link === undefined ? {} : { link }) }),
    createMessenger({ platform, notifiers: invalidators, onProblem, progressKey: invalidatedKey }),
  ]);
  const controller = createController({
    platform,
    source: handlers.source,
    onSeen: metrics.sawUnits,
    onProblem,
    messenger,
    onChange: (rollout) => {
      metrics.gauges.ended(rollout);
      const line = lineOf(rollout);
      if (!json && said.get(rollout.app) !== line) process.stdout.write(`controller: ${line}\n`);
      said.set(rollout.app, line);
    },
  });
  while (!signal.aborted) {
    await handlers.beforeTick();
    const begunMs = performance.now();
    await controller.tick();
    metrics.gauges.ticked((performance.now() - begunMs) / 1000);
    await handlers.seen.write().catch((error: unknown) => {
      onProblem({ app: null, error });
    });
    await wait(context.target.controller.tickMs, undefined, { signal }).catch(() => undefined);
  }
  await messenger.idle();
}

function lineOf(rollout: Rollout): string {
  const { app, canary, end } = rollout;
  if (end !== null) return `${app} ${canary}: ${end.outcome}. ${end.why}`;
  return `${app} ${canary}: ${percentOf(rollout)}`;
}
