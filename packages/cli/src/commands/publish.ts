import { DeliveryError, parseVersionId, type SharedDependency } from '@sluice/core';
import { publishVersion, readBootScript, type PublishInput } from '@sluice/publish';
import { resolve } from 'node:path';
import semver from 'semver';
import { appNamed, openContext, type GlobalOptions, type World } from '../context.js';
import type { LoadedConfig } from '../load-config.js';
import { say } from '../output.js';
import { createProgressLine, noProgress } from '../progress.js';
import { copyToRegions, regionLines } from '../target/regions.js';
import { notVersion } from './publish-from.js';

interface PublishOptions extends GlobalOptions {
  readonly dir: string;
  readonly app: string;
  readonly version: string;
  readonly commit?: string;
  readonly entry?: string;
  /** `app@range` each. */
  readonly needs: readonly string[];
  /** `name@version` each, of what a shell shares. */
  readonly shared: readonly string[];
  /** False with --no-rollback-safe. */
  readonly rollbackSafe?: boolean;
}

export async function publish(world: World, options: PublishOptions): Promise<number> {
  const context = await openContext(world, options);
  const app = appNamed(context, options.app);
  const version = parseVersionId(options.version);
  if (version === undefined) throw notVersion(options.version);
  const result = await withProgress(options, {
    store: context.store,
    place: app.place,
    kind: app.kind,
    version,
    dir: resolve(world.cwd, options.dir),
    now: world.now,
    bootScript: app.kind === 'shell' ? await readBootScript() : undefined,
    visitors: context.config.visitors,
    commit: options.commit,
    entry: options.entry,
    needs: needsOf(context, options),
    shared: sharedOf(options),
    rollbackSafe: options.rollbackSafe,
    builder: context.actor.name,
  });
  if (result.kind === 'refused') throw refusal(options, result);
  const { files } = result.manifest;
  const text =
    result.kind === 'unchanged'
      ? `${options.app} ${version} is published already with the same bytes; nothing was written.`
      : `Published ${options.app} ${version}: ${inWords(files)}, verified.\nNext: \`sluice start ${options.app} ${version}\`.`;
  const regions = await copyToRegions(context, { place: app.place, version });
  const { kind, manifest, uploaded } = result;
  const answer = { result: kind, manifest, uploaded, ...(regions.length === 0 ? {} : { regions }) };
  say(options.json, answer, [text, ...regionLines(regions)].join('\n'));
  return regions.every(({ state }) => state === 'there') ? 0 : 8;
}

function inWords(files: readonly { readonly size: number }[]): string {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const size = bytes < 1024 ? `${String(bytes)} bytes` : `${String(Math.round(bytes / 1024))} kB`;
  return `${String(files.length)} ${files.length === 1 ? 'file' : 'files'}, ${size}`;
}

function needsOf({ config }: LoadedConfig, options: PublishOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    options.needs.map((text) => {
      const at = text.indexOf('@');
      const [app, range] = [text.slice(0, at), text.slice(at + 1)];
      const known = config.apps.some(({ place }) => place.app === app && app !== options.app);
      if (at > 0 && known && (isRange(range) || parseVersionId(range) !== undefined)) return [app, range];
      throw new DeliveryError({
        code: 'usage',
        message: `"${text}" does not say which version of which other app is needed.`,
        remedy: 'Write --needs shell@^2.0.0, with an app of sluice.config and a range of semantic versions.',
      });
    }),
  );
}

/** Shells share singletons: a remote that brings its own copy has no need of the shell's. */
function sharedOf({ shared }: PublishOptions): readonly SharedDependency[] {
  return shared.map((text) => {
    const at = text.lastIndexOf('@');
    const [name, version] = [text.slice(0, at), text.slice(at + 1)];
    if (at > 0 && semver.valid(version) !== null) return { name, version, singleton: true };
    throw new DeliveryError({
      code: 'usage',
      message: `"${text}" does not say which version of which package is shared.`,
      remedy: 'Write --shared react@19.3.1, with the exact version that the shell was built with.',
    });
  });
}

function isRange(text: string): boolean {
  return text !== '' && semver.validRange(text) !== null;
}

async function withProgress(options: PublishOptions, input: PublishInput) {
  const line = options.json === true ? noProgress : createProgressLine(process.stderr);
  try {
    return await publishVersion({ ...input, onProgress: line.show });
  } finally {
    line.end();
  }
}

type Refused = Extract<Awaited<ReturnType<typeof publishVersion>>, { kind: 'refused' }>;

function refusal(options: PublishOptions, result: Refused): DeliveryError {
  const remedies = [...new Set(result.problems.map(({ remedy }) => remedy))];
  return new DeliveryError({
    code: result.code,
    message:
      result.code === 'version-exists'
        ? `${options.app} ${options.version} is published with other bytes; versions never change.`
        : `"${options.dir}" cannot be published as ${options.app} ${options.version}: ${String(result.problems.length)} ${result.problems.length === 1 ? 'problem' : 'problems'}.`,
    remedy: remedies.join(' '),
    details: result.problems.map(({ place, problem }) => `${place}: ${problem}`),
  });
}
