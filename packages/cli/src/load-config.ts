import { access } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DeliveryError } from '@sluice/core';
import { parseConfig, type Config, type Target } from '@sluice/schema';

const names = ['sluice.config.ts', 'sluice.config.mts', 'sluice.config.js', 'sluice.config.mjs'];

export interface LoadedConfig {
  readonly path: string;
  readonly config: Config;
  readonly target: Target;
}

export interface ConfigWish {
  readonly cwd: string;
  readonly config?: string | undefined;
  readonly target?: string | undefined;
}

/** The configuration that is nearest above the folder; its folders are relative to it. Throws `config-invalid`. */
export async function loadConfig(wish: ConfigWish): Promise<LoadedConfig> {
  const path = wish.config === undefined ? await nearest(wish.cwd) : resolve(wish.cwd, wish.config);
  if (path === undefined || !(await exists(path))) throw noConfig(path ?? wish.cwd);
  const parsed = parseConfig(await load(path));
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
    target: { ...target, store: resolve(from, target.store), telemetry: resolve(from, target.telemetry) },
  };
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

async function load(path: string): Promise<unknown> {
  try {
    if (['.ts', '.mts'].includes(extname(path))) {
      const { createJiti } = await import('jiti');
      return await createJiti(import.meta.url).import(path, { default: true });
    }
    const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
    return module.default;
  } catch (cause) {
    throw new DeliveryError({
      code: 'config-invalid',
      message: `"${path}" cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: 'Correct the file; `export default defineConfig({ … })` is what it must do.',
      cause,
    });
  }
}

function noConfig(where: string): DeliveryError {
  return new DeliveryError({
    code: 'config-invalid',
    message: `There is no sluice.config.ts at or above "${where}".`,
    remedy: 'Make one with `sluice init --shell shell --remote mfe1`, or name it with --config.',
  });
}
