import type { CommandResult } from '@sluice/controller/commands';
import type { Context } from '../context.js';
import { say } from '../output.js';

/** Prints what became of a command, with the measured time until it is served; a refusal is thrown. */
export async function report(context: Context, result: CommandResult, json: boolean | undefined): Promise<void> {
  if (result.kind === 'refused') throw result.error;
  const served = result.kind === 'done' ? await servedAfter(context, result) : undefined;
  const lines = [result.summary];
  if (served !== undefined) {
    lines.push(
      served === null
        ? `No edge answers at ${edgeUrl(context)}: not measured when it is served. Start it with \`sluice serve\`.`
        : `Served by the edge after ${String(served)} ms.`,
    );
  }
  const { kind, summary, status } = result;
  say(json, { result: kind, summary, servedAfterMs: served ?? null, status }, lines.join('\n'));
}

const longestMs = 5000;

/** Milliseconds until the edge serves the pointer that was written; null where no edge answers. */
async function servedAfter(
  context: Context,
  result: Extract<CommandResult, { kind: 'done' | 'unchanged' }>,
): Promise<number | null> {
  const { app, pointer } = result.status;
  const begun = performance.now();
  while (performance.now() - begun < longestMs) {
    const seen = await generationAtEdge(context, app);
    if (seen === undefined) return null;
    if (seen >= (pointer?.generation ?? 0)) return Math.round(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return null;
}

async function generationAtEdge(context: Context, app: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${edgeUrl(context)}/platform-index.json`, { signal: AbortSignal.timeout(1000) });
    const index = (await response.json()) as { apps?: Record<string, { generation?: number }> };
    return index.apps?.[app]?.generation ?? 0;
  } catch {
    return undefined;
  }
}

function edgeUrl({ target }: Context): string {
  return `http://${target.edge.host}:${String(target.edge.port)}`;
}
