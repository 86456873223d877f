import { checkApp } from '../doctor/check-app.js';
import { checkAws } from '../doctor/check-aws.js';
import { checkBucket } from '../doctor/check-bucket.js';
import { checkPreviews } from '../doctor/check-previews.js';
import { checkIntake, checkKeys } from '../doctor/check-trust.js';
import { checkVisitors } from '../doctor/check-visitors.js';
import { checkAnswers, checkNode } from '../doctor/check-surroundings.js';
import { checkConfig, checkFileSystem, checkIndex, checkMarker, openStore } from '../doctor/check-store.js';
import { inWords, type Finding } from '../doctor/finding.js';
import { coloursFor } from '../colours.js';
import type { GlobalOptions, World } from '../context.js';
import { say } from '../output.js';

/** Checks everything that can be checked from here; 0 when all is well, else the exit code of the first finding. */
export async function doctor(world: World, options: GlobalOptions): Promise<number> {
  const findings = await findAll(world, options);
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  const bad = findings.filter(({ ok }) => !ok);
  const sum = bad.length === 0 ? 'All is well.' : `${String(bad.length)} of ${String(findings.length)} checks failed.`;
  say(options.json, { ok: bad.length === 0, findings }, [...findings.map((one) => inWords(one, pc)), sum].join('\n'));
  return bad[0]?.exit ?? 0;
}

/** What one check needs and did not get, the checks behind it are not made: they would say the same again. */
async function findAll(world: World, options: GlobalOptions): Promise<readonly Finding[]> {
  const config = await checkConfig(world, options);
  const first = [checkNode(process.versions.node), config.finding];
  if (config.loaded === undefined) return first;
  const opened = await openStore(world, options, config.loaded);
  const { target } = config.loaded;
  const answers: readonly Promise<Finding | readonly Finding[]>[] = [
    ...(target.kind === 'local'
      ? [checkAnswers('edge', { ...target.edge, path: '/platform-index.json', now: world.now })]
      : []),
    checkAnswers('controller', { ...target.controller, path: '/api/health', now: world.now }),
    checkKeys(target, world),
    checkIntake(target.controller),
  ];
  if (opened.context === undefined) return [...first, opened.finding, ...(await Promise.all(answers)).flat()];
  const { context } = opened;
  return [
    ...first,
    opened.finding,
    await checkMarker(context.store),
    await checkFileSystem(context.store),
    ...(await Promise.all(context.platform.apps.map((app) => checkApp(context, app)))),
    await checkIndex(context),
    ...(await checkBucket(context)),
    ...(await checkAws(context)),
    ...(await checkPreviews(context)),
    ...(await checkVisitors(context)),
    ...(await Promise.all(answers)).flat(),
  ];
}
