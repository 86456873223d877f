import { DeliveryError, parseVersionId, type VersionId } from '@sluice/core';
import { copyVersion } from '@sluice/publish';
import { appNamed, openContext, type Context, type GlobalOptions, type World } from '../context.js';
import { loadConfig } from '../load-config.js';
import { say } from '../output.js';
import { createProgressLine, noProgress } from '../progress.js';
import { copyToRegions, regionLines } from '../target/regions.js';
import { openStore } from '../target/store.js';

interface PublishFromOptions extends GlobalOptions {
  /** Name of the target that has the version. */
  readonly from: string;
  readonly app: string;
  readonly version: string;
}

/** Copies a version from another target with the same hashes: what was tested there is what users get. */
export async function publishFrom(world: World, options: PublishFromOptions): Promise<number> {
  const context = await openContext(world, options);
  const { place } = appNamed(context, options.app);
  const version = parseVersionId(options.version);
  if (version === undefined) throw notVersion(options.version);
  const from = await sourceOf(world, options, context);
  const line = options.json === true ? noProgress : createProgressLine(process.stderr);
  const copied = await copyVersion({ from, to: context.store, place, version, onProgress: line.show }).finally(
    line.end,
  );
  const regions = await copyToRegions(context, { place, version });
  const name = `${options.app} ${version}`;
  const text =
    copied.kind === 'unchanged'
      ? `${name} is published already with the same bytes; nothing was written.`
      : `Published ${name} from ${options.from}: ${String(copied.manifest.files.length)} files with the same hashes.`;
  const { kind, manifest, uploaded } = copied;
  say(
    options.json,
    { result: kind, manifest, uploaded, regions },
    [text, ...regionLines(regions), next(options, version)].join('\n'),
  );
  return regions.every(({ state }) => state === 'there') ? 0 : 8;
}

async function sourceOf(world: World, options: PublishFromOptions, { target }: Context) {
  const source = await loadConfig({ ...world, config: options.config, target: options.from });
  if (source.target.name !== target.name) return openStore(source.target);
  throw new DeliveryError({
    code: 'usage',
    message: `"${options.from}" is the target itself.`,
    remedy: 'Name where it is copied to: `sluice publish --from staging --target production …`.',
  });
}

function next({ app, target }: PublishFromOptions, version: VersionId): string {
  return `Next: \`sluice start ${app} ${version}${target === undefined ? '' : ` --target ${target}`}\`.`;
}

export function notVersion(text: string): DeliveryError {
  return new DeliveryError({
    code: 'version-name-invalid',
    message: `"${text}" is not a version.`,
    remedy: 'Use v1.2.3, or v followed by 7 to 40 hex digits of the commit.',
  });
}
