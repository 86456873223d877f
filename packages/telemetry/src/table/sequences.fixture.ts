import { bucketOf, parseAppId, parseVersionId, type Slot, type TelemetrySource, type WatchedRollout } from '@sluice/core';
import type { CheckedBeacon } from '@sluice/schema';
import fc from 'fast-check';
import type { BeaconSender } from '../telemetry.js';

const app = parseAppId('mfe1');
const stable = parseVersionId('v1.0.0');
const canary = parseVersionId('v1.1.0');
if (app === undefined || stable === undefined || canary === undefined) throw new TypeError('the fixture is wrong');

const baseSlotMs = 10_000;
const beganMs = 1_800_000_000_000;
const watched: WatchedRollout = {
  rolloutId: 'r1',
  app,
  stable,
  canary,
  salt: 'mfe1@v1.1.0',
  weightBp: 4000,
  revision: 2,
  rules: {
    baseSlotMs,
    outcomeWindowMs: 10_000,
    closingLagMs: 15_000,
    guardrail: true,
    reported: [
      { name: 'checkout', kind: 'rate' },
      { name: 'cart-value', kind: 'value', from: 1 },
    ],
  } as WatchedRollout['rules'],
  lastSlot: 0,
};

/** One thing that happens, so long after the one before. */
export type Happening = { readonly afterMs: number } & (
  | { readonly kind: 'tick' }
  | { readonly kind: 'turn'; readonly weightBp: number }
  | {
      readonly kind: 'event';
      readonly page: number;
      readonly says: 'attempt' | 'ok' | 'failed' | 'left' | 'metric';
      readonly ageMs: number;
      readonly detail: number;
      /** Revisions back: pages may have an older pointer. */
      readonly behind: number;
    }
);

/** Moments lie on borders, beside them, and far apart. */
const stepMs = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 1500 }) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 5000, baseSlotMs, baseSlotMs - 1) },
  { weight: 1, arbitrary: fc.integer({ min: 9000, max: 40_000 }) },
);
const event = fc.record({
  kind: fc.constant('event' as const),
  afterMs: stepMs,
  page: fc.integer({ min: 0, max: 23 }),
  says: fc.constantFrom('attempt', 'attempt', 'attempt', 'ok', 'ok', 'failed', 'left', 'metric' as const),
  ageMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12_000 }), fc.constantFrom(10_000, 10_001, 25_000)),
  detail: fc.integer({ min: 0, max: 5 }),
  behind: fc.constantFrom(0, 0, 0, 0, 1, 2),
});
const tick = fc.record({ kind: fc.constant('tick' as const), afterMs: stepMs });
const turn = fc.record({
  kind: fc.constant('turn' as const),
  afterMs: stepMs,
  weightBp: fc.constantFrom(1000, 4000, 7000, 10_000),
});
export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof({ weight: 12, arbitrary: event }, { weight: 4, arbitrary: tick }, { weight: 1, arbitrary: turn }),
  { minLength: 1, maxLength: 60, size: 'max' },
);

/** A source with what feeds it. */
export interface FedSource {
  readonly source: TelemetrySource;
  readonly ingest: (beacon: CheckedBeacon, from: BeaconSender) => unknown;
}

/** What a source gave at each tick, and at the end, when everything is closed. */
export async function slotsOfSequence(
  sequence: readonly Happening[],
  create: (now: () => number) => FedSource,
): Promise<readonly (readonly Slot[])[]> {
  let nowMs = beganMs;
  let following = watched;
  const revisions = [watched];
  const given: (readonly Slot[])[] = [];
  const { source, ingest } = create(() => nowMs);
  await source.watch([following]);
  const close = async (): Promise<void> => {
    const slots = await source.closedSlots('r1', following.lastSlot);
    given.push(slots);
    following = { ...following, lastSlot: slots.at(-1)?.id ?? following.lastSlot };
    await source.watch([following]);
  };
  for (const one of sequence) {
    nowMs += one.afterMs;
    // A controller looks often: what is late does not depend on it.
    await close();
    if (one.kind === 'turn') {
      following = { ...following, weightBp: one.weightBp, revision: following.revision + 1 };
      revisions.push(following);
      await source.watch([following]);
    }
    if (one.kind === 'event') await ingest(...beaconOf(one, { revisions, nowMs }));
  }
  nowMs += 100_000;
  await close();
  return given;
}

/** Page and subject belong together; two pages have one subject now and then. */
function beaconOf(
  { page, says, ageMs, detail, behind }: Happening & { readonly kind: 'event' },
  { revisions, nowMs }: { readonly revisions: readonly WatchedRollout[]; readonly nowMs: number },
): [CheckedBeacon, BeaconSender] {
  const subject = `s${String(page % 16)}`;
  const assigned = revisions.at(-1 - behind) ?? watched;
  const version = bucketOf(assigned.salt, subject) < assigned.weightBp ? assigned.canary : assigned.stable;
  const common = { app: assigned.app, version, generation: assigned.revision, reason: 'bucket', ageMs } as const;
  const beacon = {
    schema: 1,
    page: `page-${String(page).padStart(8, '0')}`,
    versions: {},
    events: [{ ...common, ...saying(says, detail) }],
  } as const;
  return [beacon, { subject, nowMs }];
}

function saying(says: (Happening & { kind: 'event' })['says'], detail: number) {
  const cold = [{}, { cold: true }, { cold: false }][detail % 3];
  if (says === 'ok') return { kind: says, ...(detail === 0 ? {} : { loadMs: detail * 300 }), ...cold };
  if (says === 'metric') {
    return { kind: says, metric: ['checkout', 'cart-value', 'other'][detail % 3] ?? '', value: detail * 7 };
  }
  if (says !== 'failed') return { kind: says };
  const kind = (['render', 'entry', 'timeout'] as const)[detail % 3] ?? 'render';
  return { kind: says, ...cold, error: { name: 'TypeError', message: `x${'y'.repeat(detail)} is not`, kind } };
}
