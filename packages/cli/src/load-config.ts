import { access, readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve, sep } from 'node:path';
import { DeliveryError } from '@sluice/core';
import { parseConfig, type Config, type Target } from '@sluice/schema';
import { evaluate } from './evaluate-config.js';

const names = ['ts', 'mts', 'js', 'mjs', 'json'].map((ending) => `sluice.config.${ending}`);

export interface LoadedConfig {
  readonly path: string;
  readonly config: Config;
  readonly target: Target;
}

export interface ConfigWish {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config?: string | undefined;
  readonly target?: string | undefined;
}

/** The configuration that is nearest above the folder; its folders are relative to it. Throws `config-invalid`. */
export async function loadConfig(wish: ConfigWish): Promise<LoadedConfig> {
  const path = await findConfig(wish);
  if (path === undefined) throw noConfig(wish);
  const parsed = parseConfig(await load(path, wish));
  if (parsed.kind === 'invalid') {
    throw new DeliveryError({
      code: 'config-invalid',
      message: `"${path}" has ${String(parsed.issues.length)} ${parsed.issues.length === 1 ? 'problem' : 'problems'}.`,
      remedy: 'Correct them, then run `sluice doctor`.',
      details: parsed.issues.map(({ place, problem, remedy }) => `${place}: ${problem} ${remedy}`),
    });
  }
  const target = targetNamed(parsed.value, wish.target);
  const from = dirname(path);
  return {
    path,
    config: parsed.value,
    target: locate(target, from, path),
  };
}

/** The target with its folders as absolute paths. */
function locate(target: Target, from: string, path: string): Target {
  const telemetry = resolve(from, target.telemetry);
  if (target.kind !== 'local') {
    return { ...target, telemetry, ...(target.keys === undefined ? {} : { keys: resolve(from, target.keys) }) };
  }
  const store = resolve(from, target.store);
  const keys = resolve(from, target.keys);
  if (`${keys}${sep}`.startsWith(`${store}${sep}`)) throw served(path, target.name, keys);
  return { ...target, telemetry, store, keys };
}

function served(path: string, name: string, keys: string): DeliveryError {
  return new DeliveryError({
    code: 'config-invalid',
    message: `"${path}" has the keys of ${name}, "${keys}", in the store, and what is in the store is served.`,
    remedy: `Name another place under targets.${name}.keys, like '.sluice/keys.json'; what was there is known: \`sluice keys rotate\`.`,
  });
}

/** The file named with --config, else the nearest one above the folder; undefined where there is none. */
export async function findConfig(wish: ConfigWish): Promise<string | undefined> {
  if (wish.config === undefined) return nearest(wish.cwd);
  const path = resolve(wish.cwd, wish.config);
  return (await exists(path)) ? path : undefined;
}

async function nearest(from: string): Promise<string | undefined> {
  for (const name of names) {
    const path = join(from, name);
    if (await exists(path)) return path;
  }
  const above = dirname(from);
  return above === from ? undefined : nearest(above);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function load(path: string, { env }: ConfigWish): Promise<unknown> {
  try {
    if (extname(path) === '.json') return JSON.parse(await readFile(path, 'utf8')) as unknown;
    return await evaluate(path, env);
  } catch (cause) {
    throw new DeliveryError({
      code: 'config-invalid',
      message: `"${path}" cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Correct the file: it must have `export default defineConfig({ … })`.',
      cause,
    });
  }
}

function targetNamed(config: Config, wanted: string | undefined): Target {
  const name = wanted ?? (config.targets.has('local') ? 'local' : config.targets.keys().next().value);
  const target = name === undefined ? undefined : config.targets.get(name);
  if (target !== undefined) return target;
  throw new DeliveryError({
    code: 'config-invalid',
    message: `There is no target "${name ?? ''}" in sluice.config.`,
    remedy: `Choose one of ${[...config.targets.keys()].join(', ')} with --target.`,
  });
}

function noConfig({ cwd, config }: ConfigWish): DeliveryError {
  return new DeliveryError({
    code: 'config-invalid',
    message:
      config === undefined
        ? `There is no sluice.config.ts at or above "${cwd}".`
        : `The configuration "${resolve(cwd, config)}" is not there.`,
    remedy: 'Make one with `sluice init --shell shell --remote mfe1`, or name it with --config.',
  });
}
