import { openContext, type Context, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';
import { listenForApi, runLoop } from '../serve/controller.js';
import { spawnEdge } from '../serve/edge-child.js';
import { runEdge } from '../serve/edge.js';

export interface ServeOptions extends GlobalOptions {
  readonly only?: 'edge' | 'controller';
  /** Origin of the controller's API, for an edge that serves alone. */
  readonly api?: string;
}

/** Runs until it is told to stop. The edge is a process of its own, so that it serves on when the controller dies. */
export async function serve(world: World, options: ServeOptions): Promise<void> {
  const context = await openContext(world, options);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  if (options.only === 'edge') return runEdge({ world, context, options, signal: stop.signal });
  const { api, handlers } = await listenForApi(context, world);
  try {
    const local = options.only === undefined && context.target.kind === 'local';
    const edge = local ? await spawnEdge({ world, api: api.url, stop }) : undefined;
    try {
      if (!stop.signal.aborted) {
        say(
          options.json,
          { edge: edge?.url ?? null, edgePid: edge?.pid ?? null, controller: api.url },
          addresses(context, edge?.url, api.url),
        );
        await runLoop({ context, handlers, json: options.json === true, env: world.env, signal: stop.signal });
      }
    } finally {
      await edge?.end();
    }
  } finally {
    await api.close();
  }
}

function addresses(context: Context, edge: string | undefined, controller: string): string {
  const lines = [`controller ${controller}`, `store      ${context.target.store}`, 'Stop with Ctrl+C.'];
  return [...(edge === undefined ? [] : [`edge       ${edge}`]), ...lines].join('\n');
}
