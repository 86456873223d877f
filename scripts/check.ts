import { spawn } from 'node:child_process';

// `npm run check`: everything that may block a merge. `-- --without-tests` leaves out the unit tests.

interface Step {
  readonly name: string;
  readonly script: string;
}

/** Steps of a group run at once; a group begins when the one before is over. Those after the first need the build. */
const groups: readonly (readonly Step[])[] = [
  [
    { name: 'build and types', script: 'build' },
    { name: 'format', script: 'check:format' },
  ],
  [
    { name: 'lint', script: 'lint' },
    { name: 'types of tests, scripts and examples', script: 'check:types' },
  ],
  [
    { name: 'packages (publint, attw)', script: 'check:packages' },
    { name: 'dead code (knip)', script: 'check:dead' },
    { name: 'bytes (size-limit)', script: 'check:bytes' },
  ],
  process.argv.includes('--without-tests') ? [] : [{ name: 'unit tests', script: 'check:unit' }],
];

const failed: Step[] = [];
for (const group of groups) {
  const ends = await Promise.all(group.map(run));
  failed.push(...group.filter((_, index) => ends[index] !== 0));
}
for (const { name, script } of failed) console.error(`✗ ${name} failed: npm run ${script}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** Prints what the step said only where it failed. */
async function run({ name, script }: Step): Promise<number> {
  const begunMs = performance.now();
  const child = spawn('npm', ['run', '--silent', script], { shell: process.platform === 'win32' });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (status) => resolve(status ?? 1));
  });
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) process.stdout.write(Buffer.concat(said));
  return code;
}
