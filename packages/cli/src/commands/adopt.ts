import { resolve } from 'node:path';
import { startRollout } from '@sluice/controller/commands';
import { DeliveryError, parseVersionId, pointerKey, type VersionId } from '@sluice/core';
import { prepareAdoption, publishVersion, readBootScript, type Adoption } from '@sluice/publish';
import {
  appNamed,
  openContext,
  overridesOf,
  planFor,
  type Context,
  type GlobalOptions,
  type World,
} from '../context.js';
import { fetchLive } from '../fetch-live.js';
import { say } from '../output.js';

interface AdoptOptions extends GlobalOptions {
  readonly app: string;
  /** A folder, or an address. */
  readonly source: string;
  readonly version: string;
  readonly global?: string;
  readonly force?: boolean;
  readonly reason?: string;
}

/** A build that is live already becomes the first stable version, as it is. */
export async function adopt(world: World, options: AdoptOptions): Promise<void> {
  const context = await openContext(world, options);
  const app = appNamed(context, options.app);
  const version = parseVersionId(options.version);
  if (version === undefined) throw noVersion(options.version);
  if ((await context.store.read(pointerKey(app.place))) !== undefined) throw alreadyThere(options);
  const url = addressOf(options.source);
  const source = url === undefined ? { dir: resolve(world.cwd, options.source) } : { url, fetch: fetchLive(url) };
  const adoption = await prepareAdoption({ app: app.place.app, kind: app.kind, source, globalName: options.global });
  if (adoption.kind === 'refused') throw refusal(options, adoption.problems);
  try {
    await publishAndStart(world, { context, options, app, version, adoption });
  } finally {
    await adoption.remove();
  }
}

interface Adopting {
  readonly context: Context;
  readonly options: AdoptOptions;
  readonly app: ReturnType<typeof appNamed>;
  readonly version: VersionId;
  readonly adoption: Extract<Adoption, { kind: 'ready' }>;
}

async function publishAndStart(world: World, { context, options, app, version, adoption }: Adopting): Promise<void> {
  const { store, actor, platform, config } = context;
  const { place, kind } = app;
  const { dir, made, files } = adoption;
  const bootScript = kind === 'shell' ? await readBootScript() : undefined;
  const builder = actor.name;
  const { visitors } = config;
  const input = { store, place, kind, version, dir, now: world.now, bootScript, builder, visitors };
  const published = await publishVersion(input);
  if (published.kind === 'refused') throw refusal(options, published.problems);
  const asked = { app: options.app, actor, reason: options.reason ?? `adopted from ${options.source}` };
  const result = await startRollout(platform, {
    ...asked,
    version,
    plan: planFor(context, app),
    overrides: overridesOf(options),
  });
  if (result.kind === 'refused') throw result.error;
  const { exposes } = made ?? published.manifest;
  say(
    options.json,
    {
      result: 'adopted',
      version,
      files,
      exposes,
      manifest: made === undefined ? 'own' : 'made',
      servedBefore: options.source,
    },
    inWords({ options, version, files, exposes, made }),
  );
}

interface Told {
  readonly options: AdoptOptions;
  readonly version: string;
  readonly files: number;
  readonly exposes: readonly string[];
  readonly made: Adopting['adoption']['made'];
}

function inWords({ options: { app }, version, files, exposes, made }: Told): string {
  const how = made?.globalName === undefined ? 'a module' : `a script, window.${made.globalName}`;
  return [
    `Adopted ${app} ${version}: ${String(files)} files, live for everybody as the first stable version.`,
    ...(made === undefined ? [] : [`It had no manifest; one was made: ${how} that exposes ${exposes.join(', ')}.`]),
    'What was there stays as it is, and so does every remote that Sluice does not know. Next, in the host:',
    exposes.length === 0
      ? `  serve its documents by the edge: \`sluice serve\``
      : `  remotes: [sluiceRemote('${app}')], plugins: [sluicePlugin()]`,
  ].join('\n');
}

function addressOf(text: string): URL | undefined {
  const url = /^https?:/.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  // A folder's address without its last slash would be read as a file's.
  if (url !== undefined && !/\/[^/]*\.[^/]+$/.test(url.pathname) && !url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

function refusal(
  { app, source, version }: AdoptOptions,
  problems: readonly { place: string; problem: string; remedy: string }[],
) {
  return new DeliveryError({
    code: 'build-invalid',
    message: `"${source}" cannot be adopted as ${app} ${version}: ${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'}.`,
    remedy: [...new Set(problems.map(({ remedy }) => remedy))].join(' '),
    details: problems.map(({ place, problem }) => `${place}: ${problem}`),
  });
}

function noVersion(text: string): DeliveryError {
  return new DeliveryError({
    code: 'version-name-invalid',
    message: `"${text}" is not a version.`,
    remedy: 'Use v1.2.3, or v followed by 7 to 40 hex digits of the commit.',
  });
}

function alreadyThere({ app, version }: AdoptOptions): DeliveryError {
  return new DeliveryError({
    code: 'app-live',
    message: `"${app}" has a stable version already.`,
    remedy: `Publish the build and start it: \`sluice publish dist --app ${app} --version ${version}\`, \`sluice start ${app} ${version}\`.`,
  });
}
