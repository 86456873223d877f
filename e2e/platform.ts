import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi, createController, listen, type Controller, type ListeningApi } from '@sluice/controller';
import {
  abortRollout,
  readStatus,
  rollBack,
  startRollout,
  type CommandResult,
  type Platform,
} from '@sluice/controller/commands';
import {
  defaultRules,
  parseAppId,
  parseVersionId,
  placeOf,
  type BeaconEvent,
  type Plan,
  type Signer,
  type Slot,
  type VisitorRules,
} from '@sluice/core';
import { createNodeEdge, type NodeEdge } from '@sluice/edge/node';
import { createFolderJournal, createFolderStore, initFolderStore } from '@sluice/local';
import { publishVersion, readBootScript, verifyVersion, preflight, type PreflightReport } from '@sluice/publish';
import { createMetricsHandler, createRateLimit, createTelemetry } from '@sluice/telemetry';
import type { ExampleBuild } from '../examples/platform/build.js';
import { built } from './builds.js';

/** An event with the page that told it, and whose page that was. */
interface ToldEvent extends BeaconEvent {
  readonly page: string;
  readonly subject: string | undefined;
}

/** The example platform on this machine: real builds, store, edge, telemetry and controller; the test drives the ticks. */
export interface E2ePlatform {
  readonly url: string;
  readonly store: string;
  readonly platform: Platform;
  readonly controller: Controller;
  /** Events that arrived at the API, in order. */
  readonly events: ToldEvent[];
  publish(build: Omit<ExampleBuild, 'outDir'>): Promise<void>;
  /** Publishes what lies in a folder. */
  publishFolder(build: { readonly app: string; readonly version: string; readonly dir: string }): Promise<void>;
  /** What speaks against a version, without asking the edge. */
  preflight(app: string, version: string): Promise<PreflightReport | undefined>;
  start(app: string, version: string, reach?: Reach): Promise<void>;
  abort(app: string): Promise<void>;
  /** A published version is what everybody gets, as after a promotion. */
  goLive(app: string, version: string): Promise<void>;
  /** Done, and served by the edge. */
  rollBack(app: string): Promise<CommandResult>;
  /** Slots of the app's rollout that have closed. */
  closedSlots(app: string): Promise<readonly Slot[]>;
  outcome(app: string): Promise<string | null | undefined>;
  close(): Promise<void>;
}

const actor = { kind: 'person', name: 'test' } as const;
/** Whom the first stage reaches: a share of the users in percent, or an audience. */
type Reach = number | { readonly audience: string };

const plan = (reach: Reach): Plan => ({
  name: 'e2e',
  stages: [
    typeof reach === 'number'
      ? { weightBp: reach * 100, soakMs: 3_600_000 }
      : { weightBp: 0, soakMs: 3_600_000, ...reach },
    { weightBp: 10_000, soakMs: 3_600_000 },
  ],
  minSessions: 100,
  maxDurationMs: 3_600_000,
  baseSlotMs: 1000,
  outcomeWindowMs: 10_000,
  closingLagMs: 10_500,
  ramp: null,
  rules: defaultRules('default'),
  mode: 'act',
  proof: 'normal',
  capBp: 10_000,
  progressDeadlineMs: 3_600_000,
  onInconclusive: 'ask',
  telemetryLost: { afterMs: 600_000, policy: 'hold' },
  onFreeze: 'hold',
});

/** Shells by their mounts (`''` answers what no other does), and remotes. */
interface E2eApps {
  readonly shells: Readonly<Record<string, string>>;
  readonly remotes: readonly string[];
}

interface E2eOptions {
  readonly now?: () => number;
  /** Signs visitors and links; ingestion believes nobody else then. */
  readonly signer?: Signer;
  /** As `visitors` of the configuration: for the edge, and for what is published. */
  readonly visitors?: VisitorRules;
  /** Default: the example platform's. */
  readonly apps?: E2eApps;
}

const exampleApps: E2eApps = { shells: { shell: '' }, remotes: ['mfe1', 'mfe2'] };

export async function createE2ePlatform(options: E2eOptions = {}): Promise<E2ePlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-e2e-'));
  const root = join(folder, 'store');
  await initFolderStore({ root });
  const store = await createFolderStore({ root });
  const now = options.now ?? Date.now;
  const { shells, remotes } = options.apps ?? exampleApps;
  const place = (name: string) => placeOf(parseAppId(name) ?? wrong(name));
  const apps = [
    ...Object.entries(shells).map(([name, mount]) => ({ place: place(name), kind: 'shell' as const, mount })),
    ...remotes.map((name) => ({ place: place(name), kind: 'remote' as const })),
  ];
  const placeNamed = (name: string) => apps.find(({ place }) => place.app === name) ?? wrong(name);
  const version = (name: string) => parseVersionId(name) ?? wrong(name);
  let ids = 0;
  const newId = (): string => `${String((ids += 1)).padStart(8, '0')}${'e2e'.padEnd(24, '0')}`;
  const platform: Platform = {
    store,
    apps,
    sampleRate: 0,
    now,
    newId,
    problemsOf: async (app, name) => verifyVersion({ store, place: app.place, version: version(name) }),
  };
  const telemetry = createTelemetry({
    journal: createFolderJournal({ root: join(folder, 'telemetry') }),
    now,
    sampleRate: 0,
  });
  const events: ToldEvent[] = [];
  const { signer, visitors } = options;
  const handle = createMetricsHandler({
    telemetry,
    signer,
    limit: createRateLimit({ perClient: 10_000, total: 10_000 }),
    apps: apps.map((app) => app.place.app),
  });
  const onProblem = ({ error }: { error: unknown }): void => {
    throw error;
  };
  const api: ListeningApi = await listen(
    createApi({
      platform,
      onProblem,
      handleMetrics: (request) => {
        const told = JSON.parse(request.text) as { page: string; events: BeaconEvent[] };
        const subject = /\bsluice_id=([\w-]+)/.exec(request.cookieHeader ?? '')?.[1];
        events.push(...told.events.map((event) => ({ ...event, page: told.page, subject })));
        return handle(request);
      },
    }),
    { host: '127.0.0.1', port: 0 },
  );
  const edge: NodeEdge = await createNodeEdge({
    root,
    apps,
    apiOrigin: api.url,
    port: 0,
    newId,
    now,
    signer,
    visitors,
  });
  const controller = createController({ platform, source: telemetry, onProblem });
  const publishFolder: E2ePlatform['publishFolder'] = async (build) => {
    const { place, kind } = placeNamed(build.app);
    const result = await publishVersion({
      store,
      place,
      kind,
      version: version(build.version),
      dir: build.dir,
      now,
      bootScript: await readBootScript(),
      visitors,
    });
    if (result.kind === 'refused') wrong(JSON.stringify(result.problems));
  };
  return {
    url: edge.url,
    store: root,
    platform,
    controller,
    events,
    publish: async (build) => publishFolder({ ...build, dir: await built(build) }),
    publishFolder,
    preflight: (app, name) => preflight({ store, apps, app: placeNamed(app), version: version(name) }),
    async start(app, name, reach = 50) {
      done(await startRollout(platform, { app, version: name, plan: plan(reach), actor, reason: 'test' }));
      await controller.tick();
      const { pointer } = await readStatus(platform, placeNamed(app));
      await served(edge, app, pointer?.generation ?? 0);
    },
    async abort(app) {
      done(await abortRollout(platform, { app, actor, reason: 'test' }));
      const { pointer } = await readStatus(platform, placeNamed(app));
      await served(edge, app, pointer?.generation ?? 0);
    },
    async goLive(app, name) {
      const { pointer } = await readStatus(platform, placeNamed(app));
      const next = { ...pointer, version: name, canaryVersion: null, canaryPercent: 0 };
      const generation = (pointer?.generation ?? 0) + 1;
      await writeFile(join(root, app, 'active-version.json'), JSON.stringify({ ...next, generation }));
      await served(edge, app, generation);
    },
    closedSlots: async (app) => {
      const { rollout } = await readStatus(platform, placeNamed(app));
      return telemetry.closedSlots(rollout?.id ?? wrong(`${app} has no rollout`), 0);
    },
    async rollBack(app) {
      const result = await rollBack(platform, { app, actor, reason: 'test', plan: plan(50) });
      const { pointer } = await readStatus(platform, placeNamed(app));
      await served(edge, app, pointer?.generation ?? 0);
      return result;
    },
    outcome: async (app) => (await readStatus(platform, placeNamed(app))).rollout?.outcome,
    async close() {
      await edge.close();
      await api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The example platform with v1.0.0 of all its apps live. */
export async function createLivePlatform(options: E2eOptions = {}): Promise<E2ePlatform> {
  const platform = await createE2ePlatform(options);
  const apps = ['shell', 'mfe1', 'mfe2'] as const;
  await Promise.all(apps.map((app) => built({ app, version: 'v1.0.0' })));
  for (const app of apps) {
    await platform.publish({ app, version: 'v1.0.0' });
    await platform.start(app, 'v1.0.0');
  }
  return platform;
}

async function served(edge: NodeEdge, app: string, generation: number): Promise<void> {
  for (let i = 0; i < 3000; i += 1) {
    if ((edge.pointer(parseAppId(app) ?? wrong(app))?.generation ?? 0) >= generation) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  wrong(`the edge does not serve generation ${String(generation)} of ${app}`);
}

function done(result: CommandResult): void {
  if (result.kind === 'refused') wrong(result.error.message);
}

function wrong(message: string): never {
  throw new Error(`the test is wrong, or worse: ${message}`);
}
