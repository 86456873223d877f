import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { edgeKeysOf, grantToken, signSubject, subjectSignedS, type Grant, type Signer } from '@sluice/core';
import { hmacSha256 } from '@sluice/local';
import { bundleViewerRequest, bundleViewerResponse } from '../../scripts/edge/bundle.js';

const apps = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`mfe${String(i)}`, `mfe${String(i)}`]));
const pointer = { version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 25, salt: 'mfe7@v1.1.0' };
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36';

/** CPU per call of viewer-request in microseconds. */
export async function viewerRequestInNjs(): Promise<number> {
  const event = `{ context: { eventType: 'viewer-request', requestId: 'abc' }, request: { method: 'GET',
    uri: '/mfe7/mf-manifest.json', headers: { accept: { value: '*/*' }, 'user-agent': { value: '${agent}' } },
    cookies: { theme: { value: 'dark' }, sluice_id: { value: '0123456789abcdef' + i }, a: { value: 'b' } }, querystring: {} } }`;
  return inNjs({ code: (await bundleViewerRequest()).code, event, entry: JSON.stringify(pointer) });
}

const keys = ['k3', 'k2', 'k1'].map((id) => ({ id, secret: id.repeat(20) }));
const signer: Signer = { keys: () => keys, mac: hmacSha256 };
const staff: Grant = { kind: 'audience', audience: 'staff' };

/** CPU per call of viewer-response for a page, whose visitor has so many cookies of links, in microseconds. */
export async function viewerResponseInNjs(links: number): Promise<number> {
  const nowS = Math.floor(Date.now() / 1000);
  const value = grantToken(signer, staff, nowS + subjectSignedS);
  const granted = Array.from({ length: links }, (_, i) => [i === 0 ? 'staff' : `a${String(i)}`, { value }] as const);
  const cookies = {
    theme: { value: 'dark' },
    sluice_id: { value: 'visitor1' },
    sluice_sig: { value: signSubject(signer, 'visitor1', nowS) },
    ...Object.fromEntries(granted.map(([name, cookie]) => [`sluice_audience_${name}`, cookie])),
  };
  const event = `{ context: { eventType: 'viewer-response', requestId: 'abc' }, response: { statusCode: 200, headers: {} },
    request: { method: 'GET', uri: '/orders/' + i, headers: { accept: { value: 'text/html' } }, cookies: ${JSON.stringify(cookies)}, querystring: {} } }`;
  return inNjs({ code: (await bundleViewerResponse()).code, event, entry: edgeKeysOf(keys) });
}

interface Measured {
  readonly code: string;
  /** As a literal in which `i` is another number each time. */
  readonly event: string;
  /** What the key-value store has for whatever is read. */
  readonly entry: string;
}

/** The difference of two runs, so that starting njs is not in it. */
async function inNjs({ code, event, entry }: Measured): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const found = JSON.stringify(entry);
  await writeFile(
    join(folder, 'cloudfront'),
    `export default { kvs: function () { return { get: function () { return Promise.resolve(${found}); } }; } };`,
  );
  const cpuMs = async (calls: number): Promise<number> => {
    const loop = `async function all() { for (var i = 0; i < ${String(calls)}; i += 1) { await handler(${event}); } } all();`;
    const settings = JSON.stringify({ apps, shells: [['', 'mfe7']], secure: true });
    const above = `import cf from 'cloudfront';\nvar crypto=require('crypto');\nvar SLUICE=${settings};\n`;
    await writeFile(join(folder, 'program.js'), `${above}${code}${loop}`);
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
