import { relative } from 'node:path';
import { DeliveryError, errorCodes, type Plan } from '@sluice/core';
import { parseConfig } from '@sluice/schema';
import { newId, type GlobalOptions, type World } from '../context.js';
import { findConfig, loadConfig } from '../load-config.js';
import { say } from '../output.js';
import { createRunsBar } from '../simulate/runs-bar.js';
import { findingsOf, type Findings } from '../simulate/findings.js';
import { inWords } from '../simulate/in-words.js';
import { writeReport } from '../simulate/report-place.js';
import { simulateAll, type SimulatedAll } from '../simulate/simulate-all.js';
import { parseWish, type Wish, type WrittenWish } from '../simulate/wish.js';

export interface SimulateOptions extends GlobalOptions, WrittenWish {}

/** As shells say that a program was stopped by Ctrl+C. */
const stopped = 130;

/** Simulates, prints and perhaps writes a report; the exit code. Nothing is written where anything is wrong. */
export async function simulate(world: World, options: SimulateOptions): Promise<number> {
  const wish = await parseWish(options, { cwd: world.cwd, plans: await plansOf(world, options) });
  if (!('scenario' in wish)) throw wrong(wish);
  const simulated = await watched(world, options, wish);
  if (simulated === undefined) return stopped;
  const findings = findingsOf(wish, options, simulated);
  const problem = wish.html === null ? null : await problemOfReport(wish.html, findings, simulated);
  const report = problem === null ? wish.html : null;
  const written = report === null ? '' : `\n\nReport: ${relative(world.cwd, report)}`;
  say(options.json, { ...findings, report }, `${inWords(findings)}${written}`);
  if (problem === null) return 0;
  process.stderr.write(`The report was not written: ${problem} The figures above are all there is.\n`);
  return errorCodes['store-unreachable'].exit;
}

/** Writes the report; what went wrong, where anything did: an hour's figures are not lost for a full disk. */
async function problemOfReport(path: string, findings: Findings, simulated: SimulatedAll): Promise<string | null> {
  const { reportOf } = await import('../simulate/report.js');
  const html = await reportOf(findings, simulated);
  try {
    await writeReport(path, html, newId());
    return null;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** Ctrl+C stops after the rollout that runs, and a second one at once. */
async function watched(world: World, { json }: SimulateOptions, wish: Wish): Promise<SimulatedAll | undefined> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  const bar = createRunsBar(process.stderr, { now: world.now, quiet: json === true });
  process.once('SIGINT', abort);
  try {
    const simulated = await simulateAll(wish, { signal: stop.signal, show: bar.show });
    bar.end();
    if (simulated === undefined) process.stderr.write('Stopped. Nothing was written.\n');
    return simulated;
  } finally {
    process.removeListener('SIGINT', abort);
  }
}

/** Those of the configuration where there is one, else those that every configuration has. */
async function plansOf(world: World, { config }: SimulateOptions): Promise<ReadonlyMap<string, Plan>> {
  const wish = { ...world, config };
  if (config !== undefined || (await findConfig(wish)) !== undefined) return (await loadConfig(wish)).config.plans;
  const parsed = parseConfig({ apps: { app: { kind: 'remote' } } });
  if (parsed.kind === 'invalid') throw new Error(parsed.issues.map(({ problem }) => problem).join(' '));
  return parsed.value.plans;
}

function wrong(problems: readonly string[]): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `Nothing was simulated: ${String(problems.length)} ${problems.length === 1 ? 'problem' : 'problems'}.`,
    remedy: 'See `sluice simulate --help`.',
    details: problems,
  });
}
