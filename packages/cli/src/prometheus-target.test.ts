import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { bucketOf, signatureCookie, signSubject } from '@sluice/core';
import { createFileSigner } from '@sluice/local';
import { describeWith, prometheus, type RunningPeer } from '@sluice/peers';
import { afterEach, expect, it } from 'vitest';
import { aPlatform, finished, firstJson } from './sluice.fixture.mjs';

// Debian's Prometheus scrapes the real controller, which takes its slots from there.

type Own = Awaited<ReturnType<typeof aPlatform>>;
let own: Own;
let peer: RunningPeer | undefined;
afterEach(async () => {
  await own.remove();
  await peer?.stop();
});

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 200_000;
  while (performance.now() < end) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await wait(100);
  }
  throw new Error(`it took too long until ${what}`);
}

const short = { slot: '1s', outcomeWindow: '1s', closingLag: '1s' };
const quick = { stages: [{ percent: 50, soak: '1h' }], ...short };

function platformWith(url: string): object {
  const telemetry = { kind: 'prometheus', url, headersFrom: { 'X-Scope': 'PROMETHEUS_SCOPE' } };
  const local = { edge: { port: 0 }, controller: { port: 0, tick: '50ms' }, telemetry };
  const ingestion = { perRange: 100_000, failedPerRange: 100_000, perClient: 10_000 };
  return { plans: { quick }, plan: 'quick', targets: { local }, ingestion };
}

async function record(): Promise<{
  id: string;
  end: { outcome: string } | null;
  analysis: { totals: { canary: { sessions: number }; baseline: { sessions: number } } };
}> {
  const { members } = JSON.parse(await own.text('mfe1/rollout.json')) as { members: [{ rollout: never }] };
  return members[0].rollout;
}

/** Visitors who came through the edge, each with one attempt and what became of it. */
async function visits(
  controller: string,
  subjects: readonly string[],
  canary: 'ok' | 'failed',
): Promise<{ canary: number; baseline: number }> {
  const pointer = JSON.parse(await own.text('mfe1/active-version.json')) as { generation: number };
  const signer = await createFileSigner({ path: own.path('.sluice/keys.json'), now: Date.now });
  const counts = { canary: 0, baseline: 0 };
  for (const subject of subjects) {
    const isCanary = bucketOf('mfe1@v1.1.0', subject) < 5000;
    counts[isCanary ? 'canary' : 'baseline'] += 1;
    const of = {
      app: 'mfe1',
      version: isCanary ? 'v1.1.0' : 'v1.0.0',
      reason: 'bucket',
      generation: pointer.generation,
    };
    const outcome = isCanary ? canary : 'ok';
    const events = ['attempt', outcome].map((kind) => ({ ...of, kind, ageMs: 0 }));
    const signature = signSubject(signer, subject, Math.floor(Date.now() / 1000)) ?? '';
    const answer = await fetch(`${controller}/api/metrics`, {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'same-origin', Cookie: `sluice_id=${subject}; ${signatureCookie}=${signature}` },
      body: JSON.stringify({ schema: 1, page: `page-${subject}`, versions: {}, events }),
    });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
  }
  return counts;
}

const subjects = (from: number, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(32, '0'));

/** Since the rollout is followed, the process has been scraped. */
async function scrapedSince(url: string, beganMs: number): Promise<true | undefined> {
  const query = encodeURIComponent('timestamp(sluice_start_time_seconds{job="sluice"})');
  const answer = await fetch(`${url}/api/v1/query?query=${query}`);
  if (!answer.ok) return undefined;
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1] ?? 0) * 1000 > beganMs ? true : undefined;
}

async function beganMs(): Promise<number | undefined> {
  const folder = own.path('.sluice/telemetry/prometheus');
  const [file] = await readdir(folder).catch(() => []);
  const [line = ''] = file === undefined ? [] : (await readFile(`${folder}/${file}`, 'utf8')).split('\n');
  return line === '' ? undefined : (JSON.parse(line) as { b: number }).b;
}

describeWith([prometheus], 'a target whose telemetry comes from Prometheus', () => {
  it('counts each session that the controller took in once, and takes a broken canary back', async () => {
    own = await aPlatform();
    const targets = own.path('scraped.json');
    await writeFile(targets, '[]');
    peer = await prometheus.start({
      global: { scrape_interval: '500ms', scrape_timeout: '500ms' },
      scrape_configs: [{ job_name: 'sluice', file_sd_configs: [{ files: [targets], refresh_interval: '1s' }] }],
    });
    const { url } = peer;
    await own.configure(platformWith(url));
    await own.publish('mfe1', 'v1.0.0', 'v1.1.0');
    for (const version of ['v1.0.0', 'v1.1.0']) expect((await own.sluice('start', 'mfe1', version)).code).toBe(0);
    const child = own.start(['serve', '--only', 'controller', '--json'], { PROMETHEUS_SCOPE: 'tests' });
    const { controller } = (await firstJson(child)) as { controller: string };
    await writeFile(`${targets}.new.json`, JSON.stringify([{ targets: [new URL(controller).host] }]));
    await rename(`${targets}.new.json`, targets);
    const began = await until('the rollout is followed', beganMs);
    await until('the controller is scraped', async () => scrapedSince(url, began));

    let sent = await visits(controller, subjects(1, 60), 'ok');
    let looks = 0;
    const counted = await until('all sessions are counted', async () => {
      // A slot stays open until both arms are in it: where the last one has but one of them, more visitors close it.
      if ((looks += 1) % 80 === 0) {
        const more = await visits(controller, subjects(100 + looks, 8), 'ok');
        sent = { canary: sent.canary + more.canary, baseline: sent.baseline + more.baseline };
      }
      const { canary, baseline } = (await record()).analysis.totals;
      return canary.sessions >= sent.canary && baseline.sessions >= sent.baseline ? { canary, baseline } : undefined;
    });
    expect([counted.canary.sessions, counted.baseline.sessions]).toEqual([sent.canary, sent.baseline]);

    await visits(controller, subjects(1001, 100), 'failed');
    const outcome = await until('it is taken back', async () => (await record()).end?.outcome);
    expect(outcome).toBe('rolled-back');
    child.kill('SIGTERM');
    expect((await finished(child)).code).toBe(0);
  });
});

it('serve refuses a source that it cannot ask, with everything that is missing', async () => {
  own = await aPlatform();
  const apps = { mfe1: { kind: 'remote', metrics: { checkout: { kind: 'rate', worse: 'less' } } } };
  await own.configure({ apps, ...platformWith('http://127.0.0.1:9') });
  const answer = await own.sluice('serve', '--only', 'controller');
  expect(answer.code).toBe(2);
  expect(answer.stderr).toContain('PROMETHEUS_SCOPE is not in the environment');
  expect(answer.stderr).toContain('apps.mfe1.metrics: checkout is reported by the application');
});
