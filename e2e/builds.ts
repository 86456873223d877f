import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { buildApp, type ExampleBuild } from '../examples/platform/build.js';
import { patient } from './patience.js';

const running = new Map<string, Promise<string>>();

/** The folder of a build of the example platform: one per version in a run, but for two files that want it at once. */
export async function built(build: Omit<ExampleBuild, 'outDir'>): Promise<string> {
  const outDir = join(inject('builds'), `${build.app}-${build.version}-${build.defect ?? 'good'}`);
  const known = running.get(outDir) ?? buildInto(outDir, build);
  running.set(outDir, known);
  return known;
}

/** Under its name only once it is whole. */
async function buildInto(outDir: string, build: Omit<ExampleBuild, 'outDir'>): Promise<string> {
  if (existsSync(outDir)) return outDir;
  const unfinished = `${outDir}-${randomUUID()}`;
  await buildApp({ ...build, outDir: unfinished });
  if (build.app === 'shell') await makePatient(join(unfinished, 'index.html'));
  await rename(unfinished, outDir).catch((error: unknown) => {
    // Another file was faster: the same input has the same bytes.
    if (!existsSync(outDir)) throw error;
  });
  return outDir;
}

/** Its pages wait for whatever comes: on a busy machine 2 s are over before an index, or a canary, has come. */
async function makePatient(document: string): Promise<void> {
  const html = await readFile(document, 'utf8');
  await writeFile(document, html.replace('<html', `<html ${patient}`));
}
