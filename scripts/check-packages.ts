import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

// Packs each public package and asks publint and attw whether those who install it can use it.

const execute = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, unknown>>;
}

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

async function problemsOf(folder: string, into: string): Promise<readonly string[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (manifest.private === true) return [];
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', into];
  const [packed] = JSON.parse((await execute('npm', pack, { cwd: folder })).stdout) as Packed[];
  if (packed === undefined) return [`${manifest.name}: npm packed nothing`];
  const tarball = join(into, packed.filename);
  const stray = packed.files.map(({ path }) => path).filter((path) => /\.(test|fixture)\./.test(path));
  const problems = [
    ...stray.map((path) => `${path} is a test`),
    ...(await published(tarball)),
    ...(await typed(tarball, manifest)),
  ];
  return problems.map((problem) => `${manifest.name}: ${problem}`);
}

async function published(tarball: string): Promise<readonly string[]> {
  const bytes = await readFile(tarball);
  const { messages, pkg } = await publint({
    strict: true,
    level: 'warning',
    pack: { tarball: new Uint8Array(bytes).buffer },
  });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/** Every package is ESM only; what older resolutions make of it is not our promise. */
async function typed(tarball: string, { exports }: Manifest): Promise<readonly string[]> {
  const untyped = Object.keys(exports).filter((subpath) => typeof exports[subpath] === 'string');
  const except = untyped.length > 0 ? ['--exclude-entrypoints', ...untyped] : [];
  const args = [
    tarball,
    '--profile',
    'esm-only',
    '--format',
    'ascii',
    '--no-color',
    '--no-definitely-typed',
    ...except,
  ];
  try {
    await execute('attw', args);
    return [];
  } catch (error) {
    return [`attw: ${(error as { stdout?: string }).stdout ?? String(error)}`];
  }
}

const folder = await mkdtemp(join(tmpdir(), 'sluice-pack-'));
try {
  const packages = await readdir('packages');
  const problems = (await Promise.all(packages.map((name) => problemsOf(join('packages', name), folder)))).flat();
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}
