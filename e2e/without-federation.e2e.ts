import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BeaconEvent } from '@sluice/core';
import { freePort } from '@sluice/peers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idIn, launch, visitor } from './browser.js';
import { givesUpAfter, patient } from './patience.js';

// The examples as their readers start them.

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function serve(example: string, port: number): Promise<ChildProcess> {
  const script = fileURLToPath(new URL(`../examples/${example}/serve.mjs`, import.meta.url));
  const child = spawn(process.execPath, [script], { env: { ...process.env, PORT: String(port) }, stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  for (let i = 0; i < 600; i += 1) {
    if (child.exitCode !== null) throw new Error(`${script} ended: ${said}`);
    // From the controller, through the edge: both are there.
    const answer = await fetch(`http://127.0.0.1:${String(port)}/api/status`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return child;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`${script} does not serve: ${said}`);
}

describe.each(['import-map', 'single-spa'])('the example %s', (example) => {
  let url: string;
  let child: ChildProcess;
  let visitors = 0;
  beforeAll(async () => {
    // The second is the controller's.
    const port = await freePort(2);
    url = `http://127.0.0.1:${String(port)}`;
    child = await serve(example, port);
  });
  afterAll(async () => {
    if (child === undefined) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  });

  /** A page that waits for its app for as long as that takes. */
  const wait = (page: Page) =>
    page.route(`${url}/`, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace('<html', `<html ${patient}`) });
    });

  /** A page load by somebody of this arm; what the page tells is kept, and sent on. */
  async function open(arm: 'canary' | 'stable', prepare: (page: Page) => Promise<unknown> = wait) {
    visitors += 50;
    const { page, context } = await visitor(browser, url, idIn(arm, 'orders@v1.1.0', 50, visitors));
    const events: BeaconEvent[] = [];
    const statuses: number[] = [];
    await page.exposeFunction('told', (text: string) => {
      events.push(...(JSON.parse(text) as { events: BeaconEvent[] }).events.filter(({ app }) => app === 'orders'));
    });
    await page.addInitScript({
      content: `{ const send = navigator.sendBeacon.bind(navigator);
        navigator.sendBeacon = (url, body) => { void told(body); return send(url, body); }; }`,
    });
    page.on('response', (response) => {
      if (response.url().endsWith('/api/metrics')) statuses.push(response.status());
    });
    await prepare(page);
    // The index comes when it comes.
    await givesUpAfter(page, 60_000);
    await page.goto(`${url}/`);
    const shown = (): Promise<string> => page.locator('#orders h2').innerText();
    const outcomes = async (count: number): Promise<readonly string[]> => {
      for (let i = 0; i < 1000 && events.length < count; i += 1) await page.waitForTimeout(20);
      return events.map(({ kind, version, error, fellBack }) =>
        [kind, version, ...(error ? [error.kind, String(fellBack)] : [])].join(' '),
      );
    };
    return { page, context, shown, outcomes, statuses };
  }

  it.each([
    ['canary', 'v1.1.0'],
    ['stable', 'v1.0.0'],
  ] as const)('F1 shows the %s of who is assigned to it, and tells attempt and outcome', async (arm, version) => {
    const { context, shown, outcomes, statuses } = await open(arm);
    expect(await shown()).toBe(`Orders ${version}`);
    expect(await outcomes(2)).toEqual([`attempt ${version}`, `ok ${version}`]);
    expect(statuses.every((status) => status < 300)).toBe(true);
    await context.close();
  });

  it('F9 a canary that comes too late: stable stays on screen', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => (release = done));
    const holdBack = (late: Page) =>
      late.route('**/orders/v1.1.0/app.js', async (route) => {
        await held;
        await route.continue();
      });
    const { page, context, shown, outcomes } = await open('canary', holdBack);
    expect(await shown()).toBe('Orders v1.0.0');
    expect(await outcomes(2)).toEqual(['attempt v1.1.0', 'failed v1.1.0 entry true']);
    const arrived = page.waitForResponse('**/orders/v1.1.0/app.js');
    release();
    await (await arrived).finished();
    // The module is evaluated in the page by the time that another import of it resolves.
    await page.evaluate('import("/orders/v1.1.0/app.js").then(() => new Promise((done) => setTimeout(done)))');
    expect(await shown()).toBe('Orders v1.0.0');
    await context.close();
  });

  it.each([
    ['is not there', { status: 404, contentType: 'text/plain', body: 'no' }, 'entry'],
    ['throws', { status: 200, contentType: 'text/javascript', body: 'throw new Error("no currency")' }, 'evaluate'],
  ])('F9 a canary that %s: stable in the same page load, told once, and kept over a reload', async (_, fault, kind) => {
    const { page, context, shown, outcomes } = await open('canary', async (broken) => {
      await wait(broken);
      await broken.route('**/orders/v1.1.0/app.js', (route) => route.fulfill(fault));
    });
    expect(await shown()).toBe('Orders v1.0.0');
    expect(await outcomes(2)).toEqual(['attempt v1.1.0', `failed v1.1.0 ${kind} true`]);
    await page.unroute('**/orders/v1.1.0/app.js');
    await page.reload();
    expect(await shown()).toBe('Orders v1.0.0');
    await context.close();
  });
});
