import type { History } from '../documents/history.js';
import { lastStableUntil } from '../documents/stable-versions.js';
import type { VersionId } from '../ids.js';

export interface GarbageInput {
  /** All that is published, with when; undefined where that cannot be told. */
  readonly published: readonly { readonly version: VersionId; readonly publishedAtMs: number | undefined }[];
  /** Versions that pointer, record and queue name. */
  readonly named: readonly VersionId[];
  readonly history: History;
  /** When telemetry last saw a page with the version; absent: never. */
  readonly seenMs: ReadonlyMap<string, number>;
  readonly keepLast: number;
  readonly keepSeenMs: number;
  readonly rollbackWindowMs: number;
  readonly nowMs: number;
  /** Epoch milliseconds of a time in ISO 8601: there is no clock here. */
  readonly epochMs: (iso: string) => number;
}

export interface GarbagePlan {
  readonly remove: readonly VersionId[];
  readonly keep: readonly { readonly version: VersionId; readonly because: string }[];
}

/** Which versions nothing may need any more, and why the others stay. */
export function planGarbage(input: GarbageInput): GarbagePlan {
  const newest = newestOf(input);
  const remove: VersionId[] = [];
  const keep: { version: VersionId; because: string }[] = [];
  for (const { version, publishedAtMs } of input.published) {
    const because =
      publishedAtMs === undefined ? 'nobody knows when it was published' : reasonFor(version, input, newest);
    if (because === undefined) remove.push(version);
    else keep.push({ version, because });
  }
  return { remove, keep };
}

function newestOf({ published, keepLast }: GarbageInput): ReadonlySet<VersionId> {
  // Those of unknown age are kept anyway and must not take the place of others.
  const known = published.flatMap(({ version, publishedAtMs: atMs }) =>
    atMs === undefined ? [] : [{ version, atMs }],
  );
  const order = known.toSorted((a, b) => b.atMs - a.atMs);
  return new Set(order.slice(0, keepLast).map(({ version }) => version));
}

function reasonFor(version: VersionId, input: GarbageInput, newest: ReadonlySet<VersionId>): string | undefined {
  if (input.named.includes(version)) return 'it is stable, on trial or queued';
  const until = lastStableUntil(input.history, version);
  if (until === null) return 'it is stable';
  // The other way round, a time that cannot be read would be long ago.
  if (until !== undefined && !(input.nowMs - input.epochMs(until) > input.rollbackWindowMs)) {
    return 'one may roll back to it';
  }
  const seen = input.seenMs.get(version);
  if (seen !== undefined && input.nowMs - seen <= input.keepSeenMs) return 'a page had it lately';
  return newest.has(version) ? `it is one of the last ${String(input.keepLast)}` : undefined;
}
