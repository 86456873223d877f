import { setTimeout as wait } from 'node:timers/promises';
import { createApi, createController, listen, type ListeningApi } from '@sluice/controller';
import { DeliveryError, stageOf, type Rollout } from '@sluice/core';
import { createFolderJournal } from '@sluice/local';
import { createMetricsHandler, createRateLimit, createTelemetry } from '@sluice/telemetry';
import type { Context, World } from '../context.js';
import { addressError } from './address-error.js';

type Telemetry = ReturnType<typeof createTelemetry>;

export interface Handlers {
  readonly telemetry: Telemetry;
  readonly onProblem: (problem: { readonly app: string | null; readonly error: unknown }) => void;
}

/** The API first: an edge that is started before it would have nobody to pass telemetry on to. */
export async function listenForApi(
  context: Context,
  world: World,
): Promise<{ readonly api: ListeningApi; readonly handlers: Handlers }> {
  const { config, target, platform } = context;
  const journal = createFolderJournal({ root: target.telemetry });
  const telemetry = createTelemetry({ journal, now: world.now, sampleRate: config.sampleRate });
  const handleMetrics = createMetricsHandler({
    telemetry,
    limit: createRateLimit(config.ingestion),
    apps: config.apps.map(({ place }) => place.app),
  });
  const handlers: Handlers = { telemetry, onProblem: createProblemLog() };
  try {
    const api = await listen(createApi({ platform, handleMetrics, onProblem: handlers.onProblem }), target.controller);
    return { api, handlers };
  } catch (error) {
    throw addressError(error, target.controller);
  }
}

interface Loop {
  readonly context: Context;
  readonly handlers: Handlers;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Ticks until it is told to stop, and says what changes. */
export async function runLoop({ context, handlers, json, signal }: Loop): Promise<void> {
  const said = new Map<string, string>();
  const controller = createController({
    platform: context.platform,
    source: handlers.telemetry,
    onProblem: handlers.onProblem,
    onChange: (rollout) => {
      const line = lineOf(rollout);
      if (!json && said.get(rollout.app) !== line) process.stdout.write(`controller: ${line}\n`);
      said.set(rollout.app, line);
    },
  });
  while (!signal.aborted) {
    await controller.tick();
    await wait(context.target.controller.tickMs, undefined, { signal }).catch(() => undefined);
  }
}

function lineOf({ app, canary, end, ...rollout }: Rollout): string {
  if (end !== null) return `${app} ${canary}: ${end.outcome}. ${end.why}`;
  return `${app} ${canary}: ${String(stageOf({ app, canary, end, ...rollout }).weightBp / 100)} %`;
}

/** A problem that stays is said once, not with every tick. */
function createProblemLog(): Handlers['onProblem'] {
  const said = new Map<string, string>();
  return ({ app, error }) => {
    const about = app ?? 'platform';
    const line = `controller: ${about}: ${inWords(error)}\n`;
    if (said.get(about) !== line) process.stderr.write(line);
    said.set(about, line);
  };
}

function inWords(error: unknown): string {
  if (error instanceof DeliveryError)
    return [error.message, ...error.details, error.remedy, `[${error.code}]`].join(' ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
