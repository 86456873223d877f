import { readChanges, type Changes } from '@sluice/controller/commands';
import { DeliveryError } from '@sluice/core';
import { parseDuration } from '@sluice/schema';
import { appNamed, openContext, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';

interface ChangesOptions extends GlobalOptions {
  readonly since: string;
  readonly app?: string;
}

/** Everything that changed, all apps, newest first. */
export async function changes(world: World, options: ChangesOptions): Promise<void> {
  const context = await openContext(world, options);
  if (options.app !== undefined) appNamed(context, options.app);
  const ms = parseDuration(options.since);
  if (ms === undefined) {
    throw new DeliveryError({
      code: 'usage',
      message: `"${options.since}" is not a length of time above zero.`,
      remedy: 'Write --since 30m, 2h or 7d.',
    });
  }
  const found = await readChanges(context.platform, { sinceMs: world.now() - ms, app: options.app });
  say(options.json, found, inWords(found, options.since));
}

function inWords({ entries, line, problems }: Changes, since: string): string {
  const lines = [
    ...entries.map(({ at, app, version, kind, outcome, percent, actor, why }) => {
      const what = outcome ?? (percent === undefined ? kind : `${kind} ${String(percent)} %`);
      return { at, text: `${at}  ${app} ${version}  ${what}  by ${actor.name}: ${why}` };
    }),
    ...line.map(({ at, kind, actor, why }) => ({ at, text: `${at}  all apps  ${kind}  by ${actor.name}: ${why}` })),
  ].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const said = lines.length === 0 ? [`Nothing changed in the last ${since}.`] : lines.map(({ text }) => text);
  return [...said, ...problems.map((problem) => `! ${problem}`)].join('\n');
}
