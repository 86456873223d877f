import { randomBytes } from 'node:crypto';
import {
  cookie as cookieValue,
  decide,
  readIndex,
  type Beacon,
  type BeaconEvent,
  type Decision,
  type Pointer,
} from '@sluice/core';
import { createCaches, type Caches } from './caches.js';
import { ask } from './visit.js';

export interface TrafficOptions {
  /** Address of the edge. */
  readonly edge: string;
  /** Remotes that every page shows. */
  readonly remotes: readonly string[];
  /** Page loads per second. */
  readonly perSecond: number;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
}

export interface Traffic {
  /** Page loads so far, and those that saw a broken micro-frontend. */
  readonly counts: { visits: number; failed: number; left: number };
  stop(): void;
}

/** Share of the sessions that fail in any version: the noise of the real world. */
const noise = 0.002;
/** Share of the visitors who leave before the outcome. */
const leaving = 0.03;
/** Share of the page loads by somebody who was here before. */
const returning = 0.3;
const everyMs = 20;

/**
 * Visitors that behave like browsers, without a browser: document with cookies, index, manifest, entry, beacons, tabs
 * that leave. What only running the JavaScript would show, whether a version fails, they read from its `defect.json`.
 */
export function startTraffic(options: TrafficOptions): Traffic {
  const counts = { visits: 0, failed: 0, left: 0 };
  const known: string[] = [];
  const caches = createCaches(options.random);
  const rates = new Map<string, Promise<number>>();
  const failureRate = (url: string): Promise<number> => {
    const rate = rates.get(url) ?? readFailureRate(url);
    rates.set(url, rate);
    return rate;
  };
  let due = 0;
  let underWay = 0;
  const timer = setInterval(() => {
    due += (options.perSecond * everyMs) / 1000;
    for (; due >= 1; due -= 1) {
      // A machine that cannot keep up has fewer visitors: later and later ones would all be too late.
      if (underWay >= options.perSecond) continue;
      counts.visits += 1;
      underWay += 1;
      void visit({ options, counts, known, caches, failureRate }).finally(() => (underWay -= 1));
    }
  }, everyMs);
  return {
    counts,
    stop: () => {
      clearInterval(timer);
    },
  };
}

interface Visiting {
  readonly options: TrafficOptions;
  readonly counts: Traffic['counts'];
  /** Cookies of those who were here before. */
  readonly known: string[];
  readonly caches: Caches;
  readonly failureRate: (url: string) => Promise<number>;
}

async function visit(visiting: Visiting): Promise<void> {
  const { options, known } = visiting;
  const before = options.random() < returning ? known[Math.floor(options.random() * known.length)] : undefined;
  const document = await ask({ url: `${options.edge}/orders`, cookie: before, accept: 'text/html' });
  const cookie = before ?? cookiesOf(document.headers['set-cookie']);
  const id = cookieValue(cookie, 'sluice_id');
  if (document.status !== 200 || id === undefined) return;
  if (before === undefined && known.push(cookie) > 5000) {
    visiting.caches.forget(cookieValue(known.shift() ?? '', 'sluice_id'));
  }
  const index = readIndex(parse((await ask({ url: `${options.edge}/platform-index.json`, cookie })).text));
  const page = randomBytes(9).toString('base64url');
  await Promise.all(
    options.remotes.map(async (app) => {
      const pointer = index?.apps.get(app as never)?.pointer;
      if (pointer !== undefined)
        await load(visiting, { app, pointer, id, cookie, page, sampleRate: index?.sampleRate ?? 0 });
    }),
  );
}

interface Loading {
  readonly app: string;
  readonly pointer: Pointer;
  readonly id: string;
  /** All cookies, as a browser sends them. */
  readonly cookie: string;
  readonly page: string;
  readonly sampleRate: number;
}

async function load(visiting: Visiting, loading: Loading): Promise<void> {
  const { options, counts } = visiting;
  const { app, pointer, id, cookie } = loading;
  const decision = decide({ app, pointer, subject: id });
  const report = reporter(options, { ...loading, decision });
  const begun = performance.now();
  await report({ kind: 'attempt', ageMs: 0 });
  const base = `${options.edge}/${app}/${decision.version}`;
  const manifest = await ask({ url: `${base}/mf-manifest.json`, cookie });
  const entry = await ask({ url: `${base}/remoteEntry.js`, cookie });
  const { cold, loadMs } = visiting.caches.load(id, base);
  const chance = options.random();
  const ageMs = Math.round(performance.now() - begun);
  if (options.random() < leaving) {
    counts.left += 1;
    return report({ kind: 'left', ageMs });
  }
  if (manifest.status !== 200 || entry.status !== 200) {
    counts.failed += 1;
    return report({ kind: 'failed', ageMs, cold, error: missing });
  }
  if (chance < noise + (await visiting.failureRate(`${base}/defect.json`))) {
    counts.failed += 1;
    return report({ kind: 'failed', ageMs, cold, error: thrown });
  }
  return report({ kind: 'ok', ageMs, loadMs, cold });
}

const missing = { kind: 'entry', name: 'Error', message: 'The entry did not come.' } as const;
const thrown = {
  kind: 'render',
  name: 'TypeError',
  message: "Cannot read properties of undefined (reading 'total')",
} as const;

type Told = Omit<BeaconEvent, 'app' | 'version' | 'reason' | 'generation'>;

/** Sends what the resolver of a page sends: everything of a running rollout, a sample of the rest. */
function reporter(
  options: TrafficOptions,
  of: Loading & { readonly decision: Decision },
): (told: Told) => Promise<void> {
  const { app, decision, pointer } = of;
  const sends = decision.reason === 'bucket' || (decision.reason === 'no-canary' && options.random() < of.sampleRate);
  return async (told) => {
    if (!sends) return;
    const event: BeaconEvent = {
      ...told,
      app,
      version: decision.version,
      reason: decision.reason,
      ...(pointer.generation === undefined ? {} : { generation: pointer.generation }),
    };
    const body: Beacon = { schema: 1, page: of.page, versions: { [app]: decision.version }, events: [event] };
    await ask({ url: `${options.edge}/api/metrics`, cookie: of.cookie, body });
  };
}

function cookiesOf(header: string | readonly string[] | undefined): string {
  const cookies = typeof header === 'string' ? [header] : (header ?? []);
  return cookies.map((one) => one.split(';')[0] ?? '').join('; ');
}

async function readFailureRate(url: string): Promise<number> {
  const { status, text } = await ask({ url });
  if (status !== 200) return 0;
  const { failureRate } = (parse(text) ?? {}) as { failureRate?: unknown };
  return typeof failureRate === 'number' ? failureRate : 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
