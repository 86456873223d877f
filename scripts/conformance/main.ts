import { basename } from 'node:path';
import { bundleViewerRequest } from '../edge/bundle.js';
import { bundleEngines } from './bundle-engines.js';
import { seenInBrowser, seenInNode } from './engines.js';
import type { Values } from './kinds.js';
import { same } from './same.js';
import { seenInBundle } from './seen-in-bundle.js';
import { NoVectors, readVectors, type Vector } from './vectors.js';

// Exit codes: 0 all passed, 1 some failed, 2 a file or a part of it could not be run.

interface Run {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
}

async function run(path: string): Promise<Run> {
  const { vectors, notRun, malformed, tolerance } = await readVectors(path);
  const places: readonly (readonly [string, readonly (Values | undefined)[]])[] = [
    ['Node', await seenInNode(vectors)],
    ['the browser', await seenInBrowser(vectors)],
    ...(await seenAtEdge(vectors)),
  ];
  let failed = malformed.length;
  for (const line of malformed) console.log(`✗ ${basename(path)} ${line}`);
  for (const [index, { place, entry, expected }] of vectors.entries()) {
    // A place that has nothing to answer with is not asked; Node and browser have everything.
    const wrong = places.filter(([, seen]) => seen[index] !== undefined && !same(expected, seen[index], tolerance));
    if (wrong.length === 0) continue;
    failed += 1;
    console.log(`✗ ${basename(path)} ${place} ${brief(entry)}`);
    console.log(`    expected ${brief(expected)}`);
    for (const [where, seen] of wrong) console.log(`    seen in ${where} ${brief(seen[index] ?? {})}`);
  }
  for (const line of notRun) console.log(`? ${basename(path)} not run: ${line}`);
  return { passed: vectors.length + malformed.length - failed, failed, notRun: notRun.length };
}

/** The CloudFront Function's own code, in the engines that are there. */
async function seenAtEdge(vectors: readonly Vector[]): Promise<(readonly [string, readonly (Values | undefined)[]])[]> {
  const bundle = await bundleViewerRequest();
  const places = [];
  for (const engine of bundleEngines) {
    if (engine.missing !== undefined)
      console.log(`  not run by the edge bundle in ${engine.name}: it ${engine.missing}`);
    else places.push([`the edge bundle in ${engine.name}`, await seenInBundle(bundle, engine, vectors)] as const);
  }
  return places;
}

function brief(values: Values): string {
  const text = JSON.stringify(values);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

const paths = process.argv.slice(2);
const runs: Run[] = [];
try {
  if (paths.length === 0) throw new NoVectors('No file is named. Type `npm run conformance -- FILE`.');
  for (const path of paths) runs.push(await run(path));
  const sum = (of: (run: Run) => number): number => runs.reduce((total, one) => total + of(one), 0);
  const [failed, notRun] = [sum((one) => one.failed), sum((one) => one.notRun)];
  console.log(`${String(sum((one) => one.passed))} passed, ${String(failed)} failed`);
  if (notRun > 0) console.log(`${String(notRun)} not run, see above`);
  process.exitCode = failed > 0 ? 1 : notRun > 0 ? 2 : 0;
} catch (error) {
  if (!(error instanceof NoVectors)) throw error;
  console.error(`✗ ${error.message}`);
  process.exitCode = 2;
}
