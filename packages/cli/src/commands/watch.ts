import { setTimeout as wait } from 'node:timers/promises';
import type { AppStatus } from '@sluice/controller/commands';
import { readStatus } from '@sluice/controller/commands';
import { DeliveryError } from '@sluice/core';
import { parseDuration } from '@sluice/schema';
import { appNamed, openContext, type GlobalOptions, type World } from '../context.js';
import { drawTree } from '../tree.js';

interface WatchOptions extends GlobalOptions {
  readonly app: string | undefined;
  readonly timeout?: string;
}

const everyMs = 500;

/** Follows rollouts until they end; the exit code says how: 0 promoted, 3 taken back, 4 inconclusive, 5 timed out, 6 drifted. */
export async function watch(world: World, options: WatchOptions): Promise<number> {
  const context = await openContext(world, options);
  if (options.app !== undefined) appNamed(context, options.app);
  const untilMs = world.now() + timeoutOf(options.timeout);
  const apps = context.platform.apps.filter(({ place }) => options.app === undefined || place.app === options.app);
  const screen = createScreen(options.json === true);
  for (;;) {
    const statuses = await Promise.all(apps.map((app) => readStatus(context.platform, app)));
    screen.show(statuses);
    const code = exitCode(statuses);
    if (code !== undefined) return code;
    if (world.now() >= untilMs) return 5;
    await wait(everyMs);
  }
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new DeliveryError({
    code: 'usage',
    message: `"${text}" is not a length of time.`,
    remedy: 'Write --timeout 90s, 15m or 2h.',
  });
}

/** Undefined while anything runs and may still go on by itself. */
function exitCode(statuses: readonly AppStatus[]): number | undefined {
  const running = statuses.filter(({ rollout }) => rollout !== null && rollout.outcome === null);
  if (running.some(({ drifted }) => drifted)) return 6;
  if (running.some(({ rollout }) => rollout?.inconclusive === true)) return 4;
  if (running.length > 0) return undefined;
  const outcomes = statuses.flatMap(({ rollout }) => rollout?.outcome ?? []);
  const bad = ['rolled-back', 'aborted', 'superseded', 'expired'];
  return outcomes.some((outcome) => bad.includes(outcome)) ? 3 : 0;
}

/** In place on a terminal, one line per change elsewhere, one JSON line per change with --json. */
function createScreen(json: boolean): { show(statuses: readonly AppStatus[]): void } {
  let drawn = 0;
  let last = '';
  return {
    show(statuses) {
      const { text, key } = json
        ? { text: JSON.stringify({ apps: statuses }), key: JSON.stringify(statuses) }
        : process.stdout.isTTY
          ? { text: statuses.map(drawTree).join('\n'), key: 'always' }
          : { text: statuses.map(oneLine).join('\n'), key: statuses.map(oneLine).join('\n') };
      if (key === last && key !== 'always') return;
      last = key;
      const up = process.stdout.isTTY && !json && drawn > 0 ? `\x1b[${String(drawn)}A\x1b[J` : '';
      process.stdout.write(`${up}${text}\n`);
      drawn = text.split('\n').length;
    },
  };
}

function oneLine({ app, rollout, pointer, sentence }: AppStatus): string {
  if (rollout === null || rollout.outcome !== null) return `${app}: ${pointer?.version ?? 'nothing'}. ${sentence}`;
  const { canaryCounts: c, stableCounts: s } = rollout;
  const counts = `canary ${String(c.failed)}/${String(c.sessions)}, stable ${String(s.failed)}/${String(s.sessions)} failed`;
  return `${app}: ${rollout.canary} stage ${String(rollout.stage)}/${String(rollout.stages)} at ${String(rollout.desiredPercent)} %, ${counts}. ${sentence}`;
}
