import type { Counted, Instance, Scrape } from './instance.js';

/** The scrape at which a window ended for an instance, and which process was scraped. */
export interface Cut {
  readonly atMs: number;
  readonly startS: number;
}

/** Where the next window begins. */
export interface WindowStart {
  /** Since when the rollout is followed: a process that started later has counted nothing that was seen before. */
  readonly beganMs: number;
  readonly startMs: number;
  readonly cuts: ReadonlyMap<string, Cut>;
}

/** Whole base slots of one rollout, over all instances. */
export interface Window {
  readonly startMs: number;
  readonly endMs: number;
  readonly cuts: ReadonlyMap<string, Cut>;
  readonly counts: readonly Count[];
}

export interface Count {
  readonly of: Counted;
  readonly value: number;
}

interface Seen {
  readonly instances: readonly Instance[];
  readonly baseSlotMs: number;
  readonly nowMs: number;
  /** Whether a window with these counts may end; else it grows by a base slot. */
  readonly mayEnd: (counts: readonly Count[], lengthMs: number) => boolean;
}

/** An instance that nobody has tried to scrape for so long is no target any more. */
export const goneMs = 300_000;

/** The window that ends first; undefined while one that is a target has not been scraped since its end. */
export function nextWindow(start: WindowStart, seen: Seen): Window | undefined {
  const { baseSlotMs, nowMs, instances, mayEnd } = seen;
  for (let endMs = start.startMs + baseSlotMs; endMs <= nowMs; endMs += baseSlotMs) {
    const cuts = cutsAt(start, { instances, endMs, nowMs });
    if (cuts === undefined) return undefined;
    const counts = sum(instances.flatMap((instance) => increases(start, instance, cuts.get(instance.name))));
    if (mayEnd(counts, endMs - start.startMs)) return { startMs: start.startMs, endMs, cuts, counts };
  }
  return undefined;
}

function cutsAt(
  start: WindowStart,
  { instances, endMs, nowMs }: Pick<Seen, 'instances' | 'nowMs'> & { readonly endMs: number },
): WindowStart['cuts'] | undefined {
  const cuts = new Map(start.cuts);
  let scraped = 0;
  for (const { name, scrapes } of instances) {
    const cut = scrapes.find((scrape) => scrape.atMs >= endMs && isUp(scrape));
    const lastTryMs = scrapes.at(-1)?.atMs ?? -Infinity;
    if (cut === undefined && lastTryMs + goneMs > nowMs) return undefined;
    if (cut !== undefined) scraped += 1;
    const last = cut ?? scrapes.findLast((scrape) => scrape.atMs >= start.startMs && isUp(scrape));
    if (last?.startS != null) cuts.set(name, { atMs: last.atMs, startS: last.startS });
  }
  return scraped === 0 ? undefined : cuts;
}

function isUp({ startS }: Scrape): boolean {
  return startS !== null;
}

/** What each counter grew by up to the cut: exactly, because a process tells when it started. */
function increases(start: WindowStart, instance: Instance, until: Cut | undefined): readonly Count[] {
  const from = baseOf(start, instance);
  if (from === undefined || until === undefined) return [];
  const startedAt = new Map(instance.scrapes.map(({ atMs, startS }) => [atMs, startS]));
  return instance.counters.map(({ of, samples }) => {
    let value = 0;
    let before = from.isZero ? 0 : (samples.find(([atMs]) => atMs === from.atMs)?.[1] ?? 0);
    let process: number | null = from.startS;
    for (const [atMs, now] of samples) {
      const startS = startedAt.get(atMs) ?? null;
      const isBefore = from.isZero ? atMs < from.atMs : atMs <= from.atMs;
      if (isBefore || atMs > until.atMs || startS === null) continue;
      value += startS === process && now >= before ? now - before : now;
      before = now;
      process = startS;
    }
    return { of, value };
  });
}

/** The scrape that an instance is counted from, and whether all that it tells there is new. */
function baseOf(
  { beganMs, startMs, cuts }: WindowStart,
  { name, scrapes }: Instance,
): (Cut & { readonly isZero: boolean }) | undefined {
  const cut = cuts.get(name);
  if (cut !== undefined && cut.atMs >= startMs && scrapes.some(({ atMs }) => atMs === cut.atMs))
    return { ...cut, isZero: false };
  const first = scrapes.find((scrape) => scrape.atMs >= startMs && isUp(scrape));
  if (first?.startS == null) return undefined;
  const isZero = first.startS * 1000 >= beganMs && first.startS !== cut?.startS;
  return { atMs: first.atMs, startS: first.startS, isZero };
}

function sum(counts: readonly Count[]): readonly Count[] {
  const sums = new Map<string, Count>();
  for (const { of, value } of counts) {
    if (value === 0) continue;
    const key = JSON.stringify(of);
    sums.set(key, { of, value: value + (sums.get(key)?.value ?? 0) });
  }
  return [...sums.values()];
}
