import { link, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DeliveryError, parseAppId } from '@sluice/core';
import type { Target } from '@sluice/schema';
import { newId, type GlobalOptions, type World } from '../context.js';
import { findConfig, loadConfig } from '../load-config.js';
import { say } from '../output.js';
import { initStore } from '../target/store.js';
import { configText, type NewApp } from './init-config.js';
import { choosePlan } from './init-plan.js';

interface InitOptions extends GlobalOptions {
  readonly shell: readonly string[];
  readonly remote: readonly string[];
  /** Of the busiest app; recommends a plan. */
  readonly sessionsPerDay?: number;
}

/** Writes sluice.config.ts and makes the store. What is there already stays, and is said to. */
export async function init(world: World, options: InitOptions): Promise<void> {
  const apps = appsOf(options);
  const path = resolve(world.cwd, options.config ?? 'sluice.config.ts');
  const present = await findConfig({ ...world, config: path });
  const target = await targetOf(world, options, { path, present });
  const root = target.store;
  // The store comes first: where it cannot be made, no configuration is left behind that names it.
  const store = await initStore(target);
  const plan = choosePlan(options.sessionsPerDay);
  const written = present === undefined && (await writeOnce(path, configText(apps, plan.name)));
  const recommended = written
    ? [plan.why]
    : options.sessionsPerDay === undefined
      ? []
      : [`${plan.why} ${byHand(plan.name)}`];
  const lines = [
    written ? `Wrote ${path}.` : `${path} is there already and stays as it is${asked(options)}.`,
    ...recommended,
    store === 'created' ? `Made the store ${root}.` : `The store ${root} is there already and stays as it is.`,
    'Next:',
    ...(written
      ? apps.map(
          ({ app }) => `  sluice publish <build of ${app}> --app ${app} --version v1.0.0 && sluice start ${app} v1.0.0`,
        )
      : ['  sluice status']),
    '  sluice serve',
  ];
  say(options.json, { config: path, written, plan, store: root, created: store === 'created' }, lines.join('\n'));
}

interface Place {
  readonly path: string;
  readonly present: string | undefined;
}

/** The target of the configuration that is there, else the local one of the configuration that will be written. */
async function targetOf(
  world: World,
  options: InitOptions,
  { path, present }: Place,
): Promise<Pick<Target, 'kind' | 'store'>> {
  if (present === undefined) return { kind: 'local', store: resolve(dirname(path), '.sluice/store') };
  return (await loadConfig({ ...world, config: present, target: options.target })).target;
}

/** Who asked for apps must not believe that they were added. */
function asked({ shell, remote }: InitOptions): string {
  return shell.length + remote.length === 0 ? '' : ': add the apps to it by hand';
}

function byHand(plan: string): string {
  return `Write \`plan: '${plan}'\` into it by hand.`;
}

function appsOf({ shell, remote }: InitOptions): readonly NewApp[] {
  const typed: readonly NewApp[] = [
    ...shell.map((app) => ({ app, kind: 'shell' as const })),
    ...remote.map((app) => ({ app, kind: 'remote' as const })),
  ];
  const names = typed.map(({ app }) => app);
  const details = [...new Set(names)].flatMap((app) => [
    ...(parseAppId(app) === undefined || app === 'constructor' ? [`"${app}" cannot be an app's name.`] : []),
    ...(names.indexOf(app) === names.lastIndexOf(app) ? [] : [`"${app}" is named more than once.`]),
  ]);
  if (shell.length > 1)
    details.push(`${String(shell.length)} shells: the second needs a \`mount\`, which you add by hand.`);
  if (details.length > 0) {
    throw new DeliveryError({
      code: 'app-name-invalid',
      message: `No configuration can be made of ${names.join(', ')}.`,
      remedy: 'Use a-z, 0-9 and "-", at most 32, a letter first, each once; not "api" or "sluice".',
      details,
    });
  }
  return typed.length > 0
    ? typed
    : [
        { app: 'shell', kind: 'shell' },
        { app: 'mfe1', kind: 'remote' },
      ];
}

/** The whole file or none, and never over another one; false where there is one by now. */
async function writeOnce(path: string, text: string): Promise<boolean> {
  const temporary = `${path}.${newId()}`;
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await link(temporary, path);
    return true;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code === 'EEXIST') return false;
    throw new DeliveryError({
      code: code === 'ENOSPC' ? 'store-full' : 'config-invalid',
      message: `"${path}" cannot be written (${code}).`,
      remedy: 'Free some space or name another file with --config, then run the same command again.',
      cause,
    });
  } finally {
    await rm(temporary, { force: true });
  }
}
