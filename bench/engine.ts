import type { Slot, TelemetrySource } from '@sluice/core';
import { parseAppId, placeOf } from '@sluice/core';
import { createController } from '@sluice/controller';
import { startRollout, type Platform } from '@sluice/controller/commands';
import { createMemoryStore } from '@sluice/local';
import { parsePlan, standardPlan } from '@sluice/schema';

// npm run bench -- engine: what a tick costs with so many running rollouts among so many apps. Goal: 1,000 among 10,000 in
// at most 1 s of CPU and 300 MB, and linear.
const plan = parsePlan('standard', { ...standardPlan, slot: '10s' });
if (plan.kind !== 'ok') throw new Error('the plan is wrong');

interface Measured {
  readonly running: number;
  readonly apps: number;
  /** Nothing new. */
  readonly idleMs: number;
  /** Every rollout closes a slot. */
  readonly slotsMs: number;
  /** Every rollout moves to its next stage. */
  readonly advanceMs: number;
  readonly rssMb: number;
}

async function measure(running: number, apps: number): Promise<Measured> {
  let nowMs = Date.UTC(2026, 0, 1);
  let ids = 0;
  let round = 0;
  const platform: Platform = {
    store: createMemoryStore(),
    apps: Array.from({ length: apps }, (_, i) => {
      const app = parseAppId(`app-${String(i)}`);
      if (app === undefined) throw new Error('no app');
      return { place: placeOf(app), kind: 'remote' as const };
    }),
    sampleRate: 0.01,
    now: () => nowMs,
    newId: () => `id${String((ids += 1))}`,
    problemsOf: () => Promise.resolve([]),
  };
  const last = new Map<string, { id: number; revision: number }>();
  const source: TelemetrySource = {
    watch: (rollouts) => {
      for (const { rolloutId, revision, lastSlot } of rollouts) last.set(rolloutId, { id: lastSlot, revision });
      return Promise.resolve();
    },
    closedSlots: (rolloutId, after) => Promise.resolve(slotsFor(rolloutId, { after, round, last })),
  };
  const actor = { kind: 'person', name: 'bench' } as const;
  const value = plan.kind === 'ok' ? plan.value : undefined;
  if (value === undefined) throw new Error('the plan is wrong');
  await fillPlatform(platform, {
    running,
    start: (app, version) => startRollout(platform, { app, version, plan: value, actor, reason: 'bench' }),
  });
  const problems: unknown[] = [];
  const controller = createController({ platform, source, onProblem: ({ error }) => problems.push(error) });
  for (let i = 0; i < 3; i += 1) await controller.tick();
  const timed = async (): Promise<number> => {
    nowMs += 10_000;
    const before = process.cpuUsage();
    await controller.tick();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const idleMs = await median(3, timed);
  const slotsMs = await median(5, () => ((round += 1), timed()));
  round = 1000;
  const advanceMs = await timed();
  if (problems.length > 0) throw problems[0];
  return { running, apps, idleMs, slotsMs, advanceMs, rssMb: process.memoryUsage().rss / 1024 / 1024 };
}

/** Writing the index once for each of ten thousand apps is the bench's own cost: pages of a hundred apps at once. */
async function fillPlatform(
  platform: Platform,
  { running, start }: { readonly running: number; readonly start: (app: string, version: string) => Promise<unknown> },
): Promise<void> {
  const text = (version: string): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify({
        version,
        canaryVersion: null,
        canaryPercent: 0,
        lastUpdated: '2026-01-01T00:00:00Z',
        schema: 1,
        generation: 1,
      }),
    );
  const entries: Record<string, unknown> = {};
  for (const { place } of platform.apps) {
    await platform.store.write(`${place.prefix}/active-version.json`, text('v1.0.0'));
    entries[place.app] = JSON.parse(new TextDecoder().decode(text('v1.0.0')));
  }
  const index = JSON.stringify({ schema: 1, sampleRate: 0.01, apps: entries });
  await platform.store.write('platform-index.json', new TextEncoder().encode(index));
  for (const { place } of platform.apps.slice(0, running)) await start(place.app, 'v1.1.0');
}

interface Slots {
  readonly after: number;
  readonly round: number;
  readonly last: ReadonlyMap<string, { readonly id: number; readonly revision: number }>;
}

/** One new slot in each round; in the last, as many as finish the soak. */
function slotsFor(rolloutId: string, { after, round, last }: Slots): readonly Slot[] {
  const known = last.get(rolloutId);
  if (known === undefined || round <= after) return [];
  return Array.from({ length: Math.min(100, round - after) }, (_, i) => ({
    id: after + 1 + i,
    rolloutId,
    kind: 'comparison',
    revision: known.revision,
    weightBp: 500,
    startMs: 0,
    lengthMs: 10_000,
    canary: { sessions: 10, failed: 0 },
    baseline: { sessions: 190, failed: 1 },
  }));
}

async function median(times: number, run: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i += 1) all.push(await run());
  return all.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

const sizes: readonly (readonly [number, number])[] = [
  [100, 1000],
  [300, 3000],
  [1000, 10_000],
];
const chosen = process.argv[2] === undefined ? sizes : [sizes[Number(process.argv[2])] ?? [100, 1000]];
for (const [running, apps] of chosen) {
  const m = await measure(running, apps);
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  console.log(
    `${String(m.running)} running of ${String(m.apps)} apps: CPU a tick ${ms(m.idleMs)} idle, ${ms(m.slotsMs)} with a slot each, ${ms(m.advanceMs)} with an advance each; ${m.rssMb.toFixed(0)} MB`,
  );
}
