import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleViewerRequest } from '../../scripts/edge/bundle.js';

const apps = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`mfe${String(i)}`, `mfe${String(i)}`]));
const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 25, salt: 'mfe7@v1.1.0' };
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36';

/** CPU per call of viewer-request in microseconds: the difference of two runs, so that starting njs is not in it. */
export async function viewerRequestInNjs(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const { code } = await bundleViewerRequest();
  const entry = JSON.stringify(JSON.stringify(pointer));
  await writeFile(
    join(folder, 'cloudfront'),
    `export default { kvs: function () { return { get: function () { return Promise.resolve(${entry}); } }; } };`,
  );
  const cpuMs = async (calls: number): Promise<number> => {
    const event = `{ context: { eventType: 'viewer-request', requestId: 'abc' }, request: { method: 'GET',
      uri: '/mfe7/mf-manifest.json', headers: { accept: { value: '*/*' }, 'user-agent': { value: '${agent}' } },
      cookies: { theme: { value: 'dark' }, sluice_id: { value: '0123456789abcdef' + i }, a: { value: 'b' } }, querystring: {} } }`;
    const loop = `async function all() { for (var i = 0; i < ${String(calls)}; i += 1) { await handler(${event}); } } all();`;
    const settings = JSON.stringify({ apps, shells: [], secure: true });
    await writeFile(
      join(folder, 'program.js'),
      `import cf from 'cloudfront';\nvar SLUICE=${settings};\n${code}${loop}`,
    );
    const timed = `TIMEFORMAT='%U %S'; { time njs -p . program.js; } 2>&1`;
    const { stdout } = await promisify(execFile)('bash', ['-c', timed], { cwd: folder });
    const [user = 0, system = 0] = stdout.trim().split(' ').map(Number);
    return (user + system) * 1000;
  };
  try {
    const costs: number[] = [];
    for (let round = 0; round < 7; round += 1) costs.push(((await cpuMs(4200)) - (await cpuMs(200))) / 4);
    return costs.toSorted((a, b) => a - b)[3] ?? Number.NaN;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
