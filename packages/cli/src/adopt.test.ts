import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform } from './sluice.fixture.mjs';

let platform: Awaited<ReturnType<typeof aPlatform>>;
let site: Server;
let origin = '';

// As webpack 5 emits a container: its chunks' names are computed.
const script = `var legacy;(()=>{"use strict";var e={531(e,t,r){const n={"./App":()=>r.e(127).then(()=>()=>r(127))}}};
r.u=e=>e+"."+{127:"edfa9344",480:"981d8de7"}[e]+".js",r.g=1;legacy=r})();`;
// As Vite emits one.
const module = `import{t}from"./assets/dist-1.js";const c={"./App":async()=>import("./assets/app-2.js"),"./Menu":()=>1};export{c as get};`;
const live: Readonly<Record<string, string>> = {
  '/old/remoteEntry.js': script,
  '/old/127.edfa9344.js': '(self.webpackChunklegacy=self.webpackChunklegacy||[]).push([[127],{127(e,t,n){n.e(480)}}]);',
  '/old/480.981d8de7.js': '(self.webpackChunklegacy=self.webpackChunklegacy||[]).push([[480],{}]);',
  '/new/remoteEntry.js': module,
  '/new/assets/dist-1.js': 'export const t = 1;',
  '/new/assets/app-2.js': 'import "./deep-3.js"; const css = "app-4.css"; export default css;',
  '/new/assets/deep-3.js': 'export {};',
  '/new/assets/app-4.css': 'a { background: url("./bean.svg") }',
  '/new/assets/bean.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  '/broken/remoteEntry.js': 'import "./gone.js"; const c = {"./App": () => 1}; export { c };',
};

beforeAll(async () => {
  site = createServer((request, response) => {
    const body = live[request.url ?? ''];
    // Like many hosts: what is not there is answered with the page.
    if (body === undefined) response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(body);
  });
  await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
  const address = site.address();
  origin = `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}`;
  const apps = ['mfe1', 'mfe2', 'mfe3', 'mfe4'].map((name) => [name, { kind: 'remote' }]);
  platform = await aPlatform({ apps: Object.fromEntries(apps) });
});
afterAll(async () => {
  await platform.remove();
  await new Promise((done) => site.close(done));
});

const manifestOf = async (app: string, version: string) =>
  JSON.parse(await platform.text(`${app}/${version}/mf-manifest.json`));
const filesOf = async (app: string) =>
  Object.keys(await platform.content())
    .filter((key) => key.startsWith(`${app}/v`) && key.split('/').length > 2 && !/\.(br|gz)$|version\.json$/.test(key))
    .map((key) => key.slice(app.length + 1))
    .toSorted();

describe('sluice adopt', () => {
  it('takes a script remote from its address, with the chunks that its runtime computes', async () => {
    const answer = await platform.sluice('adopt', 'mfe1', `${origin}/old/remoteEntry.js`, '--json');
    expect([answer.code, answer.json()]).toEqual([0, expect.objectContaining({ manifest: 'made', exposes: ['App'] })]);
    const names = ['127.edfa9344.js', '480.981d8de7.js', 'mf-manifest.json', 'remoteEntry.js'];
    expect(await filesOf('mfe1')).toEqual(names.map((name) => `v1.0.0/${name}`));
    expect((await manifestOf('mfe1', 'v1.0.0')).metaData).toMatchObject({
      globalName: 'legacy',
      publicPath: 'auto',
      remoteEntry: { name: 'remoteEntry.js', path: '', type: 'global' },
    });
    expect((await platform.sluice('status', 'mfe1', '--json')).json().apps[0].pointer).toMatchObject({
      version: 'v1.0.0',
    });
  });

  it('takes a module remote with all that its files name, under a version of its own', async () => {
    const answer = await platform.sluice('adopt', 'mfe2', `${origin}/new`, '--version', 'v2.3.0');
    expect(answer.stdout).toContain('a module that exposes App, Menu');
    const names = ['app-2.js', 'app-4.css', 'bean.svg', 'deep-3.js', 'dist-1.js'].map((name) => `assets/${name}`);
    expect(await filesOf('mfe2')).toEqual(
      [...names, 'mf-manifest.json', 'remoteEntry.js'].map((name) => `v2.3.0/${name}`),
    );
    expect((await manifestOf('mfe2', 'v2.3.0')).metaData.remoteEntry.type).toBe('module');
  });

  it('takes a folder with a manifest as it is, and G4 says so in the history', async () => {
    const dir = await platform.build('mfe3-live');
    const answer = await platform.sluice('adopt', 'mfe3', dir, '--json');
    expect([answer.code, answer.json().manifest]).toEqual([0, 'own']);
    const built = JSON.parse(await readFile(join(dir, 'mf-manifest.json'), 'utf8')) as unknown;
    expect(await manifestOf('mfe3', 'v1.0.0')).toEqual(built);
    const [entry] = (await platform.sluice('history', 'mfe3', '--json')).json().entries;
    expect(entry).toMatchObject({ kind: 'first-version', why: `adopted from ${dir}` });
  });

  it('F20 touches nothing else: what other apps have stays as it was', async () => {
    const before = await platform.content();
    await platform.sluice('adopt', 'mfe4', `${origin}/broken/remoteEntry.js`);
    expect(await platform.content()).toEqual(before);
  });

  it.each([
    ['an import that is not there', () => `${origin}/broken/remoteEntry.js`, 2, 'gone.js: It is imported'],
    ['an address with nothing', () => `${origin}/nothing/`, 2, 'There is none of mf-manifest.json, remoteEntry.js'],
    ['a folder that is not there', () => 'no-such-folder', 2, 'There is no such folder'],
    ['a site that is down', () => 'http://127.0.0.1:9/mfe1/', 8, 'cannot be read'],
  ])('refuses %s, with what to do', async (_what, source, code, says) => {
    const answer = await platform.sluice('adopt', 'mfe4', source());
    expect([answer.code, answer.stderr]).toEqual([code, expect.stringContaining(says)]);
  });

  it('refuses a second first version', async () => {
    const file = platform.path('builds/x/remoteEntry.js');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, module);
    const answer = await platform.sluice('adopt', 'mfe1', dirname(file), '--json');
    expect([answer.code, answer.json().error.code]).toEqual([7, 'app-live']);
  });
});
