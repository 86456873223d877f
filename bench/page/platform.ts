import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bucketOf, parseAppId, parseVersionId, placeOf, pointerKey, type AppPlace, type Store } from '@sluice/core';
import { createNodeEdge, type EdgeApp, type NodeEdge } from '@sluice/edge/node';
import { createFolderStore, initFolderStore } from '@sluice/local';
import { publishVersion, readBootScript } from '@sluice/publish';
import { build } from 'vite';
import { buildApp } from '../../examples/platform/build.js';

const salt = 'mfe1@v1.1.0';

/** The shell with Sluice and the same one without it, and one remote in a rollout, on our edge. */
export interface BenchPlatform {
  /** The edge, with so many apps in the index. */
  serve(apps: number): Promise<NodeEdge>;
  /** A visitor of mfe1's baseline: counted, so that the page reports as in any rollout. */
  readonly visitor: string;
  close(): Promise<void>;
}

export async function createBenchPlatform(): Promise<BenchPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const root = join(folder, 'store');
  await initFolderStore({ root });
  const store = await createFolderStore({ root });
  await Promise.all([
    buildShell(join(folder, 'shell')),
    buildApp({ app: 'mfe1', version: 'v1.0.0', outDir: join(folder, 'mfe1') }),
  ]);
  await publish(store, { app: 'shell', version: 'v1.0.0', dir: join(folder, 'shell') });
  for (const version of ['v1.0.0', 'v1.1.0']) await publish(store, { app: 'mfe1', version, dir: join(folder, 'mfe1') });
  await point(store, placeNamed('shell'), { version: 'v1.0.0', canaryVersion: null, canaryPercent: 0 });
  const rollout = { canaryVersion: 'v1.1.0', canaryPercent: 50, salt, rolloutId: '0123456789abcdef0123456789abcdef' };
  await point(store, placeNamed('mfe1'), { version: 'v1.0.0', ...rollout });
  const ingestion = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((listening) => ingestion.listen(0, '127.0.0.1', listening));
  const address = ingestion.address();
  const apiPort = typeof address === 'object' ? address?.port : undefined;
  const visitor = Array.from({ length: 100 }, (_, i) => `visitor${String(i)}`).find((id) => bucketOf(salt, id) >= 5000);
  if (visitor === undefined) throw new Error('the bench is wrong');
  return {
    visitor,
    async serve(apps) {
      const others = Array.from({ length: apps - 1 }, (_, i) => placeNamed(`other${String(i + 1)}`));
      for (const [i, place] of others.entries()) await point(store, place, otherPointer(place, i));
      const remote = (place: AppPlace): EdgeApp => ({ place, kind: 'remote' });
      return createNodeEdge({
        root,
        apps: [{ place: placeNamed('shell'), kind: 'shell' }, remote(placeNamed('mfe1')), ...others.map(remote)],
        apiOrigin: `http://127.0.0.1:${String(apiPort)}`,
        port: 0,
        newId: () => visitor,
        now: Date.now,
      });
    },
    async close() {
      ingestion.close();
      ingestion.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One folder, two pages: index.html with Sluice, fixed.html without, each with its whole code in a bundle of its own. */
async function buildShell(outDir: string): Promise<void> {
  for (const page of ['index.html', 'fixed.html']) {
    const root = fileURLToPath(new URL('.', import.meta.url));
    await build({
      root,
      base: './',
      configFile: false,
      logLevel: 'warn',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        outDir,
        emptyOutDir: page === 'index.html',
        target: 'es2022',
        modulePreload: { polyfill: false },
        rolldownOptions: { input: join(root, page) },
      },
    });
  }
}

interface Published {
  readonly app: 'shell' | 'mfe1';
  readonly version: string;
  readonly dir: string;
}

async function publish(store: Store, { app, version: name, dir }: Published): Promise<void> {
  const version = parseVersionId(name);
  if (version === undefined) throw new Error('the bench is wrong');
  const kind = app === 'shell' ? 'shell' : 'remote';
  const bootScript = await readBootScript();
  const result = await publishVersion({ store, place: placeNamed(app), kind, version, dir, now: Date.now, bootScript });
  if (result.kind === 'refused') throw new Error(JSON.stringify(result.problems));
}

function placeNamed(name: string): AppPlace {
  const app = parseAppId(name);
  if (app === undefined) throw new Error('the bench is wrong');
  return placeOf(app);
}

async function point(store: Store, place: AppPlace, pointer: Readonly<Record<string, unknown>>): Promise<void> {
  const whole = { ...pointer, lastUpdated: new Date().toISOString(), schema: 1, generation: 7, assignment: 'v1' };
  await store.write(pointerKey(place), new TextEncoder().encode(JSON.stringify(whole)));
}

/** A tenth of the other apps are in a rollout, and a third has had one taken back. */
function otherPointer({ app }: AppPlace, i: number): Readonly<Record<string, unknown>> {
  const blocked = i % 3 === 0 ? { blocked: ['v1.9.0'] } : {};
  const rollout =
    i % 10 === 0
      ? { canaryVersion: 'v2.1.0', canaryPercent: 25, salt: `${app}@v2.1.0`, rolloutId: String(i).padStart(32, 'a') }
      : { canaryVersion: null, canaryPercent: 0 };
  return { version: 'v2.0.0', ...rollout, ...blocked };
}
