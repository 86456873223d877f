import type { NewErrorRule } from './metric.js';
import type { Slot } from './slot.js';

/** An error that the canary has and the baseline was not seen to have. */
export interface NewError {
  readonly fingerprint: string;
  readonly text: string;
  /** Canary sessions that had it. */
  readonly sessions: number;
  /** ln of the chance that as many sessions all fall into the canary, for an error that both versions have. */
  readonly lnChance: number;
}

/** Errors that are told apart; bounded, the least frequent are forgotten first. */
export interface NewErrors {
  /** Fingerprints that the baseline has. */
  readonly known: readonly string[];
  readonly candidates: readonly NewError[];
}

export const noNewErrors: NewErrors = { known: [], candidates: [] };

const mostKnown = 32;
const mostCandidates = 6;
/** An error of both versions, seen in the canary alone, by chance at most this often. */
const lnChanceAt = Math.log(0.001);

/** Takes one slot's errors in. */
export function addErrors(errors: NewErrors, slot: Slot): NewErrors {
  if (slot.errors === undefined || slot.errors.length === 0) return errors;
  const seen = slot.errors.filter(({ baseline }) => baseline > 0).map(({ fingerprint }) => fingerprint);
  const known = [...errors.known.filter((one) => !seen.includes(one)), ...seen].slice(-mostKnown);
  const lnWeight = Math.log(Math.min(1, slot.weightBp / 10_000));
  const candidates = new Map(errors.candidates.map((one) => [one.fingerprint, one]));
  for (const { fingerprint, text, canary } of slot.errors) {
    if (canary === 0) continue;
    const before = candidates.get(fingerprint) ?? { fingerprint, text: text.slice(0, 80), sessions: 0, lnChance: 0 };
    const lnChance = before.lnChance + canary * lnWeight;
    candidates.set(fingerprint, { ...before, sessions: before.sessions + canary, lnChance });
  }
  const alone = [...candidates.values()].filter(({ fingerprint }) => !known.includes(fingerprint));
  return { known, candidates: alone.toSorted((a, b) => b.sessions - a.sessions).slice(0, mostCandidates) };
}

/** The most frequent error that is new, seen often enough and not by chance; undefined where there is none. */
export function newErrorOf({ candidates }: NewErrors, rule: NewErrorRule): NewError | undefined {
  return candidates.find(({ sessions, lnChance }) => sessions >= rule.sessions && lnChance <= lnChanceAt);
}
