import { bucketOf, type Slot, type WatchedRollout } from '@sluice/core';
import fc from 'fast-check';
import { watchedRollout, type CountingSource, type Told } from './counting-source.js';

const { baseSlotMs } = watchedRollout.rules;
const watched: WatchedRollout = {
  ...watchedRollout,
  rules: {
    ...watchedRollout.rules,
    guardrail: true,
    reported: [
      { name: 'checkout', kind: 'rate' },
      { name: 'cart-value', kind: 'value', from: 1 },
    ],
  },
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

/** What a source gave at each moment, and at the end, when everything is closed. It is asked often, as by a controller. */
export async function slotsOfSequence(
  sequence: readonly Happening[],
  create: () => Promise<CountingSource>,
): Promise<readonly (readonly Slot[])[]> {
  const { source, tell, pass } = await create();
  let following = watched;
  const revisions = [watched];
  const given: (readonly Slot[])[] = [];
  await source.watch([following]);
  const close = async (): Promise<void> => {
    const slots = await source.closedSlots('r1', following.lastSlot);
    given.push(slots);
    following = { ...following, lastSlot: slots.at(-1)?.id ?? following.lastSlot };
    await source.watch([following]);
  };
  for (const one of sequence) {
    await pass(one.afterMs);
    await close();
    if (one.kind === 'turn') {
      following = { ...following, weightBp: one.weightBp, revision: following.revision + 1 };
      revisions.push(following);
      await source.watch([following]);
    }
    if (one.kind === 'event') await tell(toldBy(one, revisions));
  }
  await pass(100_000);
  await close();
  return given;
}

/** Page and subject belong together; two pages have one subject now and then. */
function toldBy(
  { page, says, ageMs, detail, behind }: Happening & { readonly kind: 'event' },
  revisions: readonly WatchedRollout[],
): Told {
  const subject = `s${String(page % 16)}`;
  const assigned = revisions.at(-1 - behind) ?? watched;
  const version = bucketOf(assigned.salt, subject) < assigned.weightBp ? assigned.canary : assigned.stable;
  const common = { app: assigned.app, version, generation: assigned.revision, reason: 'bucket', ageMs } as const;
  return { subject, page: `page-${String(page).padStart(8, '0')}`, event: { ...common, ...saying(says, detail) } };
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
