import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

export type Toolchain = 'vite' | 'rspack' | 'webpack';

export interface FixtureBuild {
  /** Below `e2e/fixtures`. */
  readonly folder: string;
  readonly toolchain: Toolchain;
  readonly version: string;
  readonly outDir: string;
}

/** Builds one version of a fixture, in a process of its own: its configuration reads the version from the environment. */
export async function buildFixture({ folder, toolchain, version, outDir }: FixtureBuild): Promise<void> {
  const { PATH, HOME, TMPDIR } = process.env;
  await promisify(execFile)(process.execPath, [join(fixtures, 'build.mjs'), toolchain, outDir], {
    cwd: join(fixtures, folder),
    env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', VERSION: version },
  });
}
