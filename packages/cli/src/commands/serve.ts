import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { createController, createApi, listen } from '@sluice/controller';
import { stageOf } from '@sluice/core';
import { createNodeEdge } from '@sluice/edge/node';
import { createFolderJournal } from '@sluice/local';
import { createMetricsHandler, createRateLimit, createTelemetry } from '@sluice/telemetry';
import { newId, openContext, type Context, type GlobalOptions, type World } from '../context.js';

interface ServeOptions extends GlobalOptions {
  readonly only?: 'edge' | 'controller';
}

/** Runs until it is told to stop. The edge is a process of its own, so that it serves on when the controller dies. */
export async function serve(world: World, options: ServeOptions): Promise<void> {
  const context = await openContext(world, options);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  if (options.only === 'edge') return serveEdge(context, world, stop.signal);
  const edge = options.only === undefined ? startEdge(world, stop) : undefined;
  try {
    await serveController(context, world, stop.signal);
  } finally {
    edge?.kill('SIGTERM');
  }
}

async function serveEdge(context: Context, world: World, signal: AbortSignal): Promise<void> {
  const { target, config } = context;
  const edge = await createNodeEdge({
    root: target.store,
    apps: config.apps.map(({ place, kind, mount }) => ({ place, kind, mount })),
    apiOrigin: `http://${target.controller.host}:${String(target.controller.port)}`,
    host: target.edge.host,
    port: target.edge.port,
    newId,
    now: world.now,
    onProblem: (problem) => {
      print(`edge: ${problem}`);
    },
  });
  print(`edge: ${edge.url}`);
  await ended(signal);
  await edge.close();
}

function startEdge(world: World, stop: AbortController) {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...world.argv, '--only', 'edge'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.once('exit', (code) => {
    if (stop.signal.aborted) return;
    process.exitCode = code ?? 1;
    stop.abort();
  });
  return child;
}

async function serveController(context: Context, world: World, signal: AbortSignal): Promise<void> {
  const { config, target, platform } = context;
  const onProblem = ({ app, error }: { app: string | null; error: unknown }): void => {
    print(`controller: ${app ?? 'platform'}: ${error instanceof Error ? error.message : String(error)}`);
  };
  const journal = createFolderJournal({ root: target.telemetry });
  const telemetry = createTelemetry({ journal, now: world.now, sampleRate: config.sampleRate });
  const handleMetrics = createMetricsHandler({
    telemetry,
    limit: createRateLimit(config.ingestion),
    apps: config.apps.map(({ place }) => place.app),
  });
  const api = await listen(createApi({ platform, handleMetrics, onProblem }), target.controller);
  print(`controller: ${api.url}`);
  let said = '';
  const controller = createController({
    platform,
    source: telemetry,
    onProblem,
    onChange: (rollout) => {
      const now = rollout.end?.outcome ?? `${String(stageOf(rollout).weightBp / 100)} %`;
      const line = `${rollout.app} ${rollout.canary}: ${now}${rollout.end === null ? '' : `. ${rollout.end.why}`}`;
      if (line !== said) print(`controller: ${line}`);
      said = line;
    },
  });
  while (!signal.aborted) {
    await controller.tick();
    await wait(target.controller.tickMs, undefined, { signal }).catch(() => undefined);
  }
  await api.close();
}

function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
