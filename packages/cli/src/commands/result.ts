import { setTimeout as wait } from 'node:timers/promises';
import type { AppStatus, CommandResult } from '@sluice/controller/commands';
import { edgeOrigin, type Context } from '../context.js';
import type { Expectation } from '../expectation.js';
import { say } from '../output.js';

/**
 * Prints what became of a command, with the measured time until it is served, and what is expected of a rollout that
 * it started; a refusal is thrown.
 */
export async function report(
  context: Context,
  result: CommandResult,
  json: boolean | undefined,
  expected: readonly Expectation[] = [],
): Promise<void> {
  if (result.kind === 'refused') throw result.error;
  const { kind, summary, status } = result;
  const served = kind === 'done' ? await untilServed(context, status) : undefined;
  const behind = status.served.filter(({ state }) => state !== 'served');
  const lines = [
    summary,
    ...expected.flatMap((one) => expectedLines(one, expected.length > 1 ? `${one.app}: ` : '')),
    ...(served === undefined ? [] : [inWords(context, served)]),
    ...behind.map(
      ({ router, problem = 'it serves another pointer still' }) => `Not everywhere yet: ${router}: ${problem}`,
    ),
    ...(behind.length === 0 ? [] : ['The controller tries again with every tick; so does the next command.']),
  ];
  const servedAfterMs = served?.kind === 'served' ? served.afterMs : null;
  const told = expected.length === 0 ? {} : { expected };
  say(json, { result: kind, summary, servedAfterMs, ...told, status }, lines.join('\n'));
}

function expectedLines({ sentence, warnings }: Expectation, name: string): readonly string[] {
  return [`${name}${sentence}`, ...warnings.map((warning) => `! ${name}${warning}`)];
}

const longestMs = 5000;

type Served = { readonly kind: 'served'; readonly afterMs: number } | { readonly kind: 'no-edge' | 'not-yet' };

/** Asks the edge until it serves the pointer that was written. */
async function untilServed(context: Context, { app, pointer }: AppStatus): Promise<Served> {
  const { begunMs } = context;
  const edge = edgeOrigin(context);
  if (edge === undefined) return { kind: 'no-edge' };
  const lastMs = performance.now() + longestMs;
  do {
    const seen = await generationAtEdge(edge, app);
    if (seen === undefined) return { kind: 'no-edge' };
    if (seen >= (pointer?.generation ?? 0)) {
      return { kind: 'served', afterMs: Math.round(performance.now() - begunMs) };
    }
    // A machine of our own can be asked often; a site of users is not to be burdened.
    await wait(context.target.kind === 'local' ? 10 : 250);
  } while (performance.now() < lastMs);
  return { kind: 'not-yet' };
}

function inWords(context: Context, served: Served): string {
  const edge = edgeOrigin(context);
  if (edge === undefined) return `Not measured when it is served: target "${context.target.name}" has no \`site\`.`;
  switch (served.kind) {
    case 'served':
      return `Served by the edge ${String(served.afterMs)} ms after the command.`;
    case 'no-edge':
      return `No edge answers at ${edge}: not measured when it is served. Start it with \`sluice serve\`.`;
    case 'not-yet':
      return `The edge at ${edge} does not serve it after ${String(longestMs / 1000)} s: is it the edge of another store? See \`sluice doctor\`.`;
  }
}

/** Generation of the app's entry in the index that the edge serves; -1 where it has none, undefined where no edge is. */
async function generationAtEdge(edge: string, app: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${edge}/platform-index.json`, { signal: AbortSignal.timeout(1000) });
    const index = (await response.json()) as { apps?: Record<string, { generation?: number }> };
    const entry = index.apps?.[app];
    return entry === undefined ? -1 : (entry.generation ?? 0);
  } catch {
    return undefined;
  }
}
