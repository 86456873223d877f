import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cookie, parseAppId, readPointer, type AppId } from '@sluice/core';
import { decideVisit, routeRequest, type Visit } from '@sluice/edge';
import { njs } from '@sluice/peers';
import { bundleFunction } from '../scripts/edge/bundle.js';

// `npm run bench -- edge`: what a decision costs, in V8 and by CloudFront's function in njs, in CPU time: a busy machine
// does not change that much. A request without version, three cookies, one app of a hundred.

const apps = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`mfe${String(i)}`, `mfe${String(i)}`]));
const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 25, salt: 'mfe7@v1.1.0', lastUpdated: '' };
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36';

/** CPU per decision in microseconds: cookies parsed, app looked up, hashed, compared. */
function decisionInV8(): number {
  const read = readPointer(pointer);
  if (read === undefined) throw new Error('the bench is wrong');
  const places = { apps, shells: [] };
  const rules = { secure: true };
  let canaries = 0;
  const decideOnce = (i: number): void => {
    const cookies = `theme=dark; sluice_id=0123456789abcdef${String(i % 1000)}; a=b`;
    const visit: Visit = {
      cookie: (name) => cookie(cookies, name),
      query: () => undefined,
      header: (name) => (name === 'user-agent' ? agent : undefined),
    };
    const route = routeRequest(places, '/mfe7/mf-manifest.json', '*/*');
    if (route.kind !== 'unversioned') throw new Error('the bench is wrong');
    const decided = decideVisit({ app: route.app, pointer: read.pointer, visit, rules }, undefined);
    if (decided.version === 'v1.1.0') canaries += 1;
  };
  for (let i = 0; i < 100_000; i += 1) decideOnce(i);
  const rounds = 500_000;
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i += 1) decideOnce(i);
  const { user, system } = process.cpuUsage(before);
  if (canaries === 0) throw new Error('the bench is wrong');
  return (user + system) / rounds;
}

/** CPU per call of the function in microseconds: the difference of two runs, so that starting njs is not in it. */
async function functionInNjs(app: AppId): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const { code } = await bundleFunction();
  const entry = JSON.stringify(JSON.stringify(pointer));
  await writeFile(
    join(folder, 'cloudfront'),
    `export default { kvs: function () { return { get: function () { return Promise.resolve(${entry}); } }; } };`,
  );
  const cpuMs = async (calls: number): Promise<number> => {
    const event = `{ context: { eventType: 'viewer-request', requestId: 'abc' }, request: { method: 'GET',
      uri: '/${app}/mf-manifest.json', headers: { accept: { value: '*/*' }, 'user-agent': { value: '${agent}' } },
      cookies: { theme: { value: 'dark' }, sluice_id: { value: '0123456789abcdef' + i }, a: { value: 'b' } }, querystring: {} } }`;
    const loop = `async function all() { for (var i = 0; i < ${String(calls)}; i += 1) { await handler(${event}); } } all();`;
    const settings = JSON.stringify({ apps, shells: [], secure: true });
    await writeFile(
      join(folder, 'program.js'),
      `import cf from 'cloudfront';\nvar SLUICE=${settings};\n${code}${loop}`,
    );
    const run = promisify(execFile);
    const { stdout } = await run('bash', ['-c', `TIMEFORMAT='%U %S'; { time njs -p . program.js; } 2>&1`], {
      cwd: folder,
    });
    const [user = 0, system = 0] = stdout.trim().split(' ').map(Number);
    return (user + system) * 1000;
  };
  try {
    const costs: number[] = [];
    for (let round = 0; round < 5; round += 1) costs.push(((await cpuMs(2200)) - (await cpuMs(200))) / 2);
    return costs.toSorted((a, b) => a - b)[2] ?? Number.NaN;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const app = parseAppId('mfe7');
if (app === undefined) throw new Error('the bench is wrong');
console.log(`decision in V8            ${decisionInV8().toFixed(2)} µs CPU   goal 0.4`);
if (njs.missing !== undefined) console.log(`function in njs           not measured: ${njs.missing}`);
else console.log(`function in njs           ${(await functionInNjs(app)).toFixed(0)} µs CPU   goal 30`);
console.log('against other edges and flag libraries: not measured, this part does not exist yet');
