import type { Random } from '../random/random.js';
import { poisson } from '../random/poisson.js';
import type { Counted, Crowd, Span } from './crowd.js';
import { behavioursOf } from './behaviour.js';
import type { Scenario, Users } from './scenario.js';

type Returning = Scenario & { readonly users: Users & { readonly kind: 'returning' } };

interface Subjects {
  readonly bucket: Uint16Array;
  /** When they come within the round, sorted. */
  readonly comesAtMs: Float64Array;
  /** The revision under which each was counted last. */
  readonly counted: Int32Array;
  /** Has failed, and is counted no more. */
  readonly failed: Uint8Array;
  /** Fails where this is below the chance: the same at every visit of a client that fails persistently. */
  readonly luck: Float64Array;
}

/** Subjects one by one: each comes once a round, for ever, and is counted as telemetry counts. */
export function returningUsers(scenario: Returning, random: Random): Crowd {
  const { everyMs, share, persistent } = scenario.users;
  const subjects = createSubjects(random, {
    count: poisson(random, (scenario.sessionsPerSecond * share * everyMs) / 1000),
    everyMs,
  });
  const rates = { calm: behavioursOf(scenario, false), incident: behavioursOf(scenario, true) };
  const visit = (i: number, span: Span, arms: Arms): void => {
    const known = span.known >= 1 || random() < span.known;
    const weightBp = known ? span.weightBp : span.weightBeforeBp;
    const arm = (subjects.bucket[i] ?? 0) < weightBp * scenario.canaryShare ? 'canary' : 'baseline';
    const chance = (span.isIncident ? rates.incident : rates.calm)[arm].failed;
    const fails = (persistent ? (subjects.luck[i] ?? 1) : random()) < chance;
    const stays = scenario.leaving === 0 || random() >= scenario.leaving;
    const counts = known && stays && subjects.failed[i] === 0 && subjects.counted[i] !== span.revision;
    if (counts) {
      subjects.counted[i] = span.revision;
      if (fails) subjects.failed[i] = 1;
    }
    addTo(arms[arm], { counts, fails });
  };
  let place = 0;
  let round = 0;
  return {
    come(span) {
      const arms: Arms = { canary: nobody(), baseline: nobody() };
      for (;;) {
        if (place >= subjects.bucket.length) {
          if (subjects.bucket.length === 0 || (round + 1) * everyMs >= span.toMs) return arms;
          place = 0;
          round += 1;
        }
        if (round * everyMs + (subjects.comesAtMs[place] ?? 0) >= span.toMs) return arms;
        visit(place, span, arms);
        place += 1;
      }
    },
  };
}

function createSubjects(random: Random, of: { readonly count: number; readonly everyMs: number }): Subjects {
  const { count, everyMs } = of;
  const draw = (): Float64Array => Float64Array.from({ length: count }, random);
  return {
    bucket: Uint16Array.from(draw(), (u) => Math.floor(u * 10_000)),
    comesAtMs: draw()
      .map((u) => u * everyMs)
      .toSorted(),
    counted: new Int32Array(count).fill(-1),
    failed: new Uint8Array(count),
    luck: draw(),
  };
}

type Tally = { -readonly [K in keyof Counted]: Counted[K] };
interface Arms {
  readonly canary: Tally;
  readonly baseline: Tally;
}

const nobody = (): Tally => ({ sessions: 0, failed: 0, exposed: 0, exposedFailed: 0 });

function addTo(tally: Tally, { counts, fails }: { readonly counts: boolean; readonly fails: boolean }): void {
  tally.exposed += 1;
  if (fails) tally.exposedFailed += 1;
  if (!counts) return;
  tally.sessions += 1;
  if (fails) tally.failed += 1;
}
