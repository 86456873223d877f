import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the example platform's builds, which all files of a run share. */
    builds: string;
  }
}

let folder = '';

/** Vitest's: before the first file. */
export async function setup(project: TestProject): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'sluice-builds-'));
  project.provide('builds', folder);
}

/** Vitest's: after the last file. */
export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
