import type { CheckAnswer, Rollout } from '@sluice/core';
import { gatesOf, subjectOf, type CheckGate, type CheckReading, type Checks } from './checks.js';

export interface CheckRoundsOptions {
  readonly gates: readonly CheckGate[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Checks that are asked beside the ticks, so that one that hangs holds up its own rollout only. */
export interface CheckRounds extends Checks {
  /** Resolves when no question is under way. */
  idle(): Promise<void>;
}

interface Round {
  answer: CheckAnswer | null;
  answeredMs: number;
  unansweredSinceMs: number | null;
  /** How often in a row there was no answer. */
  misses: number;
  dueMs: number;
  readMs: number;
  asking: Promise<void> | null;
}

const firstRetryMs = 1000;
const longestRetryMs = 60_000;
const forgottenAfterMs = 3_600_000;

/**
 * Asks each gate of the stage that a rollout is in, again after its time, and after 1 s, 2 s, 4 s … up to a minute where
 * there was no answer. The last answer counts while the next is under way, but not after twice its time (and 2 min): a
 * machine that slept must ask first. A restart asks anew.
 */
export function createCheckRounds({ gates, now }: CheckRoundsOptions): CheckRounds {
  const rounds = new Map<string, Round>();
  const ask = (gate: CheckGate, rollout: Rollout, round: Round): void => {
    if (round.asking !== null || now() < round.dueMs) return;
    round.asking = gate.check
      .ask(subjectOf(rollout))
      .catch((): CheckAnswer => ({ kind: 'unanswered', why: 'it broke' }))
      .then((answer) => {
        round.asking = null;
        settle(round, { answer, everyMs: gate.everyMs, atMs: now() });
      });
  };
  const read = (gate: CheckGate, rollout: Rollout): CheckReading => {
    const key = `${rollout.id} ${String(rollout.stage.index)} ${gate.check.name}`;
    const round = rounds.get(key) ?? newRound(now());
    rounds.set(key, round);
    // A clock that was set back must not stop the questions for as long.
    round.dueMs = Math.min(round.dueMs, now() + Math.max(gate.everyMs, longestRetryMs));
    round.readMs = now();
    ask(gate, rollout, round);
    return readingOf(gate, round, now());
  };
  return {
    readings(rollout) {
      for (const [key, { readMs }] of rounds) if (now() - readMs > forgottenAfterMs) rounds.delete(key);
      return Promise.resolve(gatesOf(gates, rollout).map((gate) => read(gate, rollout)));
    },
    async idle() {
      await Promise.all([...rounds.values()].flatMap(({ asking }) => asking ?? []));
    },
  };
}

function newRound(atMs: number): Round {
  return {
    answer: null,
    answeredMs: atMs,
    unansweredSinceMs: null,
    misses: 0,
    dueMs: atMs,
    readMs: atMs,
    asking: null,
  };
}

interface Settled {
  readonly answer: CheckAnswer;
  readonly everyMs: number;
  readonly atMs: number;
}

function settle(round: Round, { answer, everyMs, atMs }: Settled): void {
  round.answer = answer;
  round.answeredMs = atMs;
  if (answer.kind === 'unanswered') {
    round.unansweredSinceMs ??= atMs;
    round.dueMs = atMs + Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(round.misses, 10));
    round.misses += 1;
    return;
  }
  round.unansweredSinceMs = null;
  round.misses = 0;
  round.dueMs = atMs + everyMs;
}

function readingOf({ check, everyMs }: CheckGate, round: Round, atMs: number): CheckReading {
  const { answer, answeredMs, unansweredSinceMs } = round;
  const freshMs = 2 * everyMs + 2 * longestRetryMs;
  const old = atMs - answeredMs > freshMs || atMs < answeredMs;
  if (answer === null || (old && unansweredSinceMs === null)) {
    return { name: check.name, kind: 'asking', why: 'it is being asked', unansweredSinceMs: null };
  }
  return { name: check.name, kind: answer.kind, why: answer.why, unansweredSinceMs };
}
