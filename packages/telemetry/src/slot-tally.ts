import type { ReportedMetric, Slot, SlotError } from '@sluice/core';
import { ArmTally } from './arm-tally.js';
import type { Session } from './session.js';
import { isInHalf, type SubjectKey } from './subject.js';

/** What a slot measured, apart from when and where. */
export type SlotMeasurements = Pick<Slot, 'canary' | 'baseline' | 'half' | 'errors'>;

interface ErrorTally extends SlotError {
  canary: number;
  baseline: number;
}

/** Most errors that a slot tells of, and how many of them are chosen for the canary's sake. */
const mostErrors = 10;
const mostOfCanary = 6;

/** Counts up what the sessions of one slot did. */
export class SlotTally {
  /** Subjects that this slot was the first to count, and those of them that failed. */
  readonly subjects: SubjectKey[] = [];
  readonly failedSubjects: SubjectKey[] = [];
  /** Where those failed, as far as address ranges are capped. */
  readonly failedRanges: string[] = [];
  readonly #canary: ArmTally;
  readonly #baseline: ArmTally;
  readonly #half = { sessions: 0, failed: 0 };
  readonly #errors = new Map<string, ErrorTally>();

  constructor(reported: readonly ReportedMetric[]) {
    this.#canary = new ArmTally(reported);
    this.#baseline = new ArmTally(reported);
  }

  /** Takes a session in whose outcome stands. */
  add(session: Session): void {
    const failed = session.outcome === 'failed';
    if (!session.settled) {
      (failed ? this.failedSubjects : this.subjects).push(session.subject);
      if (failed && session.failedIn !== undefined) this.failedRanges.push(session.failedIn);
    }
    if (session.arm === 'canary') this.#canary.add(session);
    else {
      this.#baseline.add(session);
      if (isInHalf(session.subject)) {
        this.#half.sessions += 1;
        if (failed) this.#half.failed += 1;
      }
    }
    if (session.error !== undefined) this.#errorOf(session.error)[armOf(session)] += 1;
  }

  measurements(): SlotMeasurements {
    const errors = mostFrequent([...this.#errors.values()]);
    return {
      canary: this.#canary.measurements(),
      baseline: this.#baseline.measurements(),
      half: { ...this.#half },
      ...(errors.length === 0 ? {} : { errors }),
    };
  }

  #errorOf(error: NonNullable<Session['error']>): ErrorTally {
    const tally = this.#errors.get(error.fingerprint) ?? { ...error, canary: 0, baseline: 0 };
    this.#errors.set(error.fingerprint, tally);
    return tally;
  }
}

function armOf({ arm }: Session): 'canary' | 'baseline' {
  return arm === 'canary' ? 'canary' : 'baseline';
}

/** The canary's most frequent first, with what the baseline has of them; then the baseline's. By fingerprint. */
export function mostFrequent(errors: readonly SlotError[]): readonly SlotError[] {
  const by = (arm: 'canary' | 'baseline') => (a: SlotError, b: SlotError) => b[arm] - a[arm] || byFingerprint(a, b);
  if (errors.length <= mostErrors) return errors.toSorted(byFingerprint);
  const ofCanary = errors.toSorted(by('canary')).slice(0, mostOfCanary);
  const others = errors.filter((one) => !ofCanary.includes(one)).toSorted(by('baseline'));
  return [...ofCanary, ...others].slice(0, mostErrors).toSorted(byFingerprint);
}

function byFingerprint(a: SlotError, b: SlotError): number {
  return a.fingerprint < b.fingerprint ? -1 : 1;
}
