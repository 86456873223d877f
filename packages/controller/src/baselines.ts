import type { AppId, BaselineBefore, PlatformIndex, TelemetrySource } from '@sluice/core';
import { baselinesKey } from '@sluice/core';
import { parseBaselines, serialiseBaselines, type BaselineEntry } from '@sluice/schema';
import type { Platform } from './platform.js';
import { writeText } from './write-json.js';

const everyMs = 60_000;
/** What is older says nothing of the traffic now. */
const staleMs = 600_000;
const forgottenMs = 86_400_000;

/** What is known of stable before a rollout starts, or why nothing is. */
export type Known =
  | { readonly kind: 'known'; readonly before: BaselineBefore; readonly ageMs: number }
  | { readonly kind: 'unknown'; readonly why: string };

/** Writes what stable of each app did lately, at most once a minute, so that a start can be judged without a controller. */
export function createBaselineWriter(
  platform: Platform,
  source: TelemetrySource,
): { readonly write: (index: PlatformIndex | undefined) => Promise<void> } {
  let writtenMs: number | undefined;
  return {
    async write(index) {
      const nowMs = platform.now();
      if (writtenMs !== undefined && nowMs >= writtenMs && nowMs - writtenMs < everyMs) return;
      const fresh = freshEntries(platform, source, { index, atMs: nowMs });
      if (fresh.length === 0) return;
      const found = await platform.store.read(baselinesKey);
      const kept = found === undefined ? [] : [...parseBaselines(new TextDecoder().decode(found.bytes))];
      const next = new Map([...kept.filter(([, { atMs }]) => Math.abs(nowMs - atMs) < forgottenMs), ...fresh]);
      // Where another was faster, what it wrote is as good; the next minute has its turn.
      await writeText(platform.store, {
        key: baselinesKey,
        text: serialiseBaselines(next),
        etag: found?.etag ?? null,
      });
      writtenMs = nowMs;
    },
  };
}

function freshEntries(
  { apps }: Platform,
  source: TelemetrySource,
  { index, atMs }: { readonly index: PlatformIndex | undefined; readonly atMs: number },
): readonly (readonly [string, BaselineEntry])[] {
  return apps.flatMap(({ place }) => {
    const stable = index?.apps[place.app]?.version;
    const before = stable === undefined ? undefined : source.baselineBefore?.(place.app, stable);
    return before === undefined ? [] : [[place.app, { atMs, before }] as const];
  });
}

/** What is known of stable of these apps now. */
export async function readBaselines(platform: Platform, apps: readonly AppId[]): Promise<ReadonlyMap<AppId, Known>> {
  const found = await platform.store.read(baselinesKey);
  const entries = found && parseBaselines(new TextDecoder().decode(found.bytes));
  return new Map(apps.map((app) => [app, knownOf(entries?.get(app), platform.now())]));
}

/** What a rollout of the app that starts now may know; undefined where nothing is known, or no longer true. */
export async function baselineBefore(platform: Platform, app: AppId): Promise<BaselineBefore | undefined> {
  const known = (await readBaselines(platform, [app])).get(app);
  return known?.kind === 'known' ? known.before : undefined;
}

function knownOf(entry: BaselineEntry | undefined, nowMs: number): Known {
  if (entry === undefined) {
    return { kind: 'unknown', why: 'its traffic is not known yet: no controller has counted it' };
  }
  const ageMs = Math.max(0, nowMs - entry.atMs);
  if (ageMs <= staleMs) return { kind: 'known', before: entry.before, ageMs };
  const minutes = Math.round(ageMs / 60_000);
  return {
    kind: 'unknown',
    why: `its traffic is not known: a controller counted it ${String(minutes)} min ago, and not since`,
  };
}
