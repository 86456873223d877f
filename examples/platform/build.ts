import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';

// Builds one version of one app of the example platform:
//
//   npx tsx examples/platform/build.ts mfe1 v1.1.0 out/
//   npx tsx examples/platform/build.ts mfe1 v1.2.0 out/ throws-half
//   await buildApp({ app: 'shell', version: 'v1.0.0', outDir: 'out' });

const platform = fileURLToPath(new URL('.', import.meta.url));

/** A fault that a build carries on purpose, and the share of the page loads that it spoils. */
const failureRates = {
  /** A remote throws in render, in half of the page loads. */
  'throws-half': 0.5,
  /** A remote throws in render. */
  throws: 1,
  /** A remote throws while its module is evaluated. */
  'throws-at-evaluation': 1,
  /** A shell throws before it renders. */
  'no-boot': 1,
  /** A shell renders nothing. */
  blank: 1,
} as const;

const defectsOf = {
  shell: ['no-boot', 'blank'],
  mfe1: ['throws-half', 'throws', 'throws-at-evaluation'],
  mfe2: ['throws-half', 'throws', 'throws-at-evaluation'],
} as const satisfies Record<string, readonly Defect[]>;

type Defect = keyof typeof failureRates;
type ExampleApp = keyof typeof defectsOf;

export interface ExampleBuild {
  readonly app: ExampleApp;
  /** Such as `v1.1.0`; its minor number chooses colour and features. */
  readonly version: string;
  /** Emptied first. */
  readonly outDir: string;
  readonly defect?: Defect | undefined;
}

/**
 * Builds one version into a folder; the same input gives the same bytes. A build with a defect says so in
 * `defect.json`, for readers that cannot run JavaScript.
 */
export async function buildApp({ app, version, outDir, defect }: ExampleBuild, signal?: AbortSignal): Promise<void> {
  check({ app, version, outDir, defect });
  // A process of its own: the federation plugin counts its instances and writes the number into file names, so that a
  // second build in the same process would have other bytes.
  const args = [app, version, resolve(outDir), ...(defect === undefined ? [] : [defect])];
  await promisify(execFile)(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url), ...args], {
    cwd: platform,
    env: buildEnvironment(),
    signal,
  });
}

// Nothing else from the environment: the federation plugin reads names of builds and of test runners from it, which
// would change the bytes.
function buildEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  return { PATH, HOME, TMPDIR, SystemRoot, NODE_ENV: 'production' };
}

async function buildHere({ app, version, outDir, defect }: ExampleBuild): Promise<void> {
  process.env['SLUICE_VERSION'] = version;
  await build({
    root: join(platform, app),
    logLevel: 'warn',
    define: { __APP_DEFECT__: JSON.stringify(defect ?? 'none') },
    build: { outDir, emptyOutDir: true },
  });
  if (defect === undefined) return;
  await mkdir(outDir, { recursive: true });
  await writeFile(join(outDir, 'defect.json'), `${JSON.stringify({ failureRate: failureRates[defect] })}\n`);
}

function check({ app, version, defect }: ExampleBuild): void {
  const known: readonly string[] | undefined = Object.hasOwn(defectsOf, app) ? defectsOf[app] : undefined;
  if (known === undefined) throw new Error(`Unknown app "${app}": choose one of ${Object.keys(defectsOf).join(', ')}.`);
  if (!/^(v|pr-\d+-)[0-9a-z][0-9a-z.-]*$/i.test(version))
    throw new Error(`Unusable version "${version}": write it as v1.0.0.`);
  if (defect !== undefined && !known.includes(defect)) {
    throw new Error(`Unknown defect "${defect}" for ${app}: choose one of ${known.join(', ')}.`);
  }
}

async function main([app, version, outDir, defect]: readonly string[]): Promise<void> {
  if (app === undefined || version === undefined || outDir === undefined) {
    throw new Error('Usage: npx tsx examples/platform/build.ts <shell|mfe1|mfe2> <version> <folder> [defect]');
  }
  const wanted = { app, version, outDir: resolve(outDir), defect } as ExampleBuild;
  check(wanted);
  await buildHere(wanted);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
