import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import { buildApp, type ExampleBuild } from '../examples/platform/build.js';

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
  await rename(unfinished, outDir).catch((error: unknown) => {
    // Another file was faster: the same input has the same bytes.
    if (!existsSync(outDir)) throw error;
  });
  return outDir;
}
