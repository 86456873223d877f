import type { AppId, HistoryEntry } from '@sluice/core';
import { readHistory } from '@sluice/controller/commands';
import { coloursFor, type Colours } from '../colours.js';
import { appNamed, openContext, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';

export async function history(
  world: World,
  options: GlobalOptions & { readonly app: string | undefined },
): Promise<void> {
  const context = await openContext(world, options);
  if (options.app !== undefined) appNamed(context, options.app);
  const apps = context.platform.apps.filter(({ place }) => options.app === undefined || place.app === options.app);
  const found = await Promise.all(
    apps.map(async (app) => ({ app: app.place.app, ...(await readHistory(context.platform, app)) })),
  );
  const entries = found.flatMap((one) => one.entries).toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  const legacy = found
    .flatMap((one) => (one.legacy ?? []).map((version) => legacyLine(one.app, version, pc)))
    .toReversed();
  const lines = [...entries.map((entry) => line(entry, pc)), ...legacy];
  say(
    options.json,
    { entries, legacy: found.map(({ app, legacy: list }) => ({ app, versions: list ?? [] })) },
    lines.join('\n') || 'Nothing has happened yet.',
  );
}

function line(entry: HistoryEntry, pc: Colours): string {
  const what = entry.outcome ?? entry.kind;
  const percent = entry.percent === undefined ? '' : ` at ${String(entry.percent)} %`;
  return `${pc.dim(entry.at)} ${pc.bold(entry.app)} ${entry.version} ${what}${percent} ${pc.dim(`by ${entry.actor.name}`)}: ${entry.why}`;
}

function legacyLine(app: AppId, version: string, pc: Colours): string {
  return `${pc.dim('before Sluice            ')} ${pc.bold(app)} ${version}`;
}
