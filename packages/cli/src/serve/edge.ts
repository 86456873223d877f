import { DeliveryError } from '@sluice/core';
import { createNodeEdge, type NodeEdge } from '@sluice/edge/node';
import { createFileSigner } from '@sluice/local';
import { newId, type Context, type World } from '../context.js';
import type { ServeOptions } from '../commands/serve.js';
import { say } from '../output.js';
import { addressError } from './address-error.js';

interface Running {
  readonly world: World;
  readonly context: Context;
  readonly options: ServeOptions;
  readonly signal: AbortSignal;
}

/** Serves until it is told to stop. A parent that started it is told the address, and may die without being missed. */
export async function runEdge({ world, context, options, signal }: Running): Promise<void> {
  const edge = await openEdge(context, world, options.api);
  if (process.send === undefined)
    say(options.json, { edge: edge.url, edgePid: process.pid, controller: null }, `edge ${edge.url}`);
  else {
    process.send({ url: edge.url });
    process.disconnect();
  }
  await aborted(signal);
  await edge.close();
}

async function openEdge(context: Context, world: World, api: string | undefined): Promise<NodeEdge> {
  const { target, config } = context;
  if (target.kind !== 'local') throw noEdge(target.name);
  try {
    return await createNodeEdge({
      root: target.store,
      apps: config.apps.map(({ place, kind, mount }) => ({ place, kind, mount })),
      apiOrigin: api ?? `http://${target.controller.host}:${String(target.controller.port)}`,
      host: target.edge.host,
      port: target.edge.port,
      newId,
      visitors: config.visitors,
      now: world.now,
      signer: await createFileSigner({ path: target.keys, now: world.now }),
      onProblem: (problem) => {
        process.stderr.write(`edge: ${problem}\n`);
      },
    });
  } catch (error) {
    throw orphan(addressError(error, target.edge));
  }
}

function noEdge(target: string): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `Target "${target}" is served by CloudFront, not from this machine.`,
    remedy: `Run its controller: \`sluice serve --only controller --target ${target}\`.`,
  });
}

/** An edge outlives a controller that was killed: then it is in the way of the next one, and needs no other. */
function orphan(error: unknown): unknown {
  if (!(error instanceof DeliveryError) || error.code !== 'port-in-use') return error;
  const { code, message, remedy, cause } = error;
  const more = `${remedy} Is it the edge of an earlier \`sluice serve\`? It serves on: \`sluice serve --only controller\` joins it.`;
  return new DeliveryError({ code, message, remedy: more, cause });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
