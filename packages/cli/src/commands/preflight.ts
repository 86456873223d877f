import { DeliveryError, isPreview, parseVersionId } from '@sluice/core';
import { preflight, type PreflightReport } from '@sluice/publish';
import { askEdge } from '../ask-edge.js';
import { coloursFor, type Colours } from '../colours.js';
import { appNamed, edgeOrigin, openContext, type GlobalOptions, type World } from '../context.js';
import { say } from '../output.js';
import { notPublished } from './published.js';

interface PreflightOptions extends GlobalOptions {
  readonly app: string;
  readonly version: string;
}

/** Looks at a version as `start` does, and tells all of it; 0 where nothing speaks against it, else 7. */
export async function runPreflight(world: World, options: PreflightOptions): Promise<number> {
  const context = await openContext(world, options);
  const app = appNamed(context, options.app);
  const version = parseVersionId(options.version);
  if (version === undefined || isPreview(version)) throw notStartable(options.version);
  const { store, platform } = context;
  const ask = askEdge(edgeOrigin(context));
  const report = await preflight({ store, apps: platform.apps, app, version, ask });
  if (report === undefined) throw await notPublished({ store, place: app.place }, version);
  const ok = report.problems.length === 0;
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  say(options.json, { app: options.app, version, ok, ...report }, inWords(options, report, pc));
  return ok ? 0 : 7;
}

function inWords({ app, version }: PreflightOptions, report: PreflightReport, pc: Colours): string {
  const { problems, notes, compared } = report;
  const sum =
    problems.length === 0
      ? `${pc.green('✓')} ${app} ${version} can be started: \`sluice start ${app} ${version}\`.`
      : `${pc.red('✗')} ${app} ${version}: ${String(problems.length)} ${problems.length === 1 ? 'thing speaks' : 'things speak'} against it.`;
  return [
    ...problems.flatMap(({ check, place, problem, remedy }) => [
      `${pc.red('✗')} ${check.padEnd(9)} ${place}`,
      `    ${problem}`,
      `    ${remedy}`,
    ]),
    ...notes.map(({ check, text }) => `${pc.yellow('!')} ${check.padEnd(9)} ${text}`),
    `${pc.dim('compared with')} ${compared.length === 0 ? 'nothing: nothing else is deployed' : compared.join(', ')}`,
    sum,
  ].join('\n');
}

function notStartable(version: string): DeliveryError {
  return new DeliveryError({
    code: 'version-name-invalid',
    message: `"${version}" is not a version that can be started.`,
    remedy: 'Use v1.2.3, or v followed by 7 to 40 hex digits of the commit; previews are opened by link.',
  });
}
