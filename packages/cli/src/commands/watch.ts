import { setTimeout as wait } from 'node:timers/promises';
import type { AppStatus } from '@sluice/controller/commands';
import { readStatus } from '@sluice/controller/commands';
import { DeliveryError } from '@sluice/core';
import { parseDuration } from '@sluice/schema';
import { coloursFor } from '../colours.js';
import { appsNamed, openContext, type GlobalOptions, type World } from '../context.js';
import { createScreen } from '../screen.js';
import { drawTree } from '../tree.js';
import { watchExit } from './watch-exit.js';

interface WatchOptions extends GlobalOptions {
  readonly app: string | undefined;
  readonly timeout?: string;
}

const everyMs = 500;

/** Follows rollouts until they end; the exit code says how: 0 promoted, 3 taken back, 4 inconclusive, 5 timed out, 6 drifted. */
export async function watch(world: World, options: WatchOptions): Promise<number> {
  const context = await openContext(world, options);
  const untilMs = world.now() + timeoutOf(options.timeout);
  const apps = appsNamed(context, options.app);
  const show = viewFor(world, options);
  // Of all apps only what was seen running counts: a rollback of last month is not this watch's outcome.
  const seen = new Set<string>();
  while (!process.stdout.destroyed) {
    const statuses = await Promise.all(apps.map((app) => readStatus(context.platform, app)));
    show(statuses);
    for (const { rollout } of statuses) {
      if (rollout !== null && (options.app !== undefined || rollout.outcome === null)) seen.add(rollout.id);
    }
    const code = watchExit(statuses, seen);
    if (code !== undefined) return code;
    if (world.now() >= untilMs) throw timedOut(options, statuses);
    await wait(everyMs);
  }
  return 0;
}

/** In place on a terminal, one line per change elsewhere, one JSON line per change with --json. */
function viewFor({ env }: World, { json }: WatchOptions): (statuses: readonly AppStatus[]) => void {
  const { stdout } = process;
  if (stdout.isTTY && json !== true) {
    const screen = createScreen(stdout);
    const pc = coloursFor({ env, stream: stdout });
    return (statuses) => {
      screen.show(statuses.map((status) => drawTree(status, pc)).join('\n'));
    };
  }
  const said = new Map<string, string>();
  return (statuses) => {
    const lines =
      json === true
        ? [{ about: '', line: JSON.stringify({ apps: statuses }) }]
        : statuses.map((status) => ({ about: status.app, line: oneLine(status) }));
    for (const { about, line } of lines) {
      if (said.get(about) !== line) stdout.write(`${line}\n`);
      said.set(about, line);
    }
  };
}

function oneLine({ app, rollout, pointer, sentence }: AppStatus): string {
  if (rollout === null || rollout.outcome !== null) return `${app}: ${pointer?.version ?? 'nothing'}. ${sentence}`;
  const { canary: c, baseline: s } = rollout.verdict.counts;
  const counts = `canary ${String(c.failed)}/${String(c.sessions)}, stable ${String(s.failed)}/${String(s.sessions)} failed`;
  return `${app}: ${rollout.canary} stage ${String(rollout.stage)}/${String(rollout.stages)} at ${String(rollout.desiredPercent)} %, ${counts}. ${sentence}`;
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new DeliveryError({
    code: 'usage',
    message: `"${text}" is not a length of time above zero.`,
    remedy: 'Write --timeout 90s, 15m or 2h.',
  });
}

function timedOut({ timeout }: WatchOptions, statuses: readonly AppStatus[]): DeliveryError {
  const running = statuses.filter(({ rollout }) => rollout !== null && rollout.outcome === null);
  return new DeliveryError({
    code: 'timeout',
    message: `After ${timeout ?? ''} ${running.map(({ app, rollout }) => `${app} ${rollout?.canary ?? ''}`).join(', ')} had not ended.`,
    remedy: 'It goes on without being watched. Watch longer with a larger --timeout, or see `sluice status`.',
    details: running.map(({ app, sentence }) => `${app}: ${sentence}`),
  });
}
