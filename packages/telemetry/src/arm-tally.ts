import type { ArmMeasurements, Histogram, Loads, ReportedMetric } from '@sluice/core';
import type { Session } from './session.js';

/** Sessions by bucket. */
type Buckets = Map<number, number>;

interface LoadTally {
  unloaded: number;
  readonly buckets: Buckets;
}

/** Counts up what the sessions of one arm did. */
export class ArmTally {
  readonly #reported: readonly ReportedMetric[];
  readonly #cold: LoadTally = { unloaded: 0, buckets: new Map() };
  readonly #warm: LoadTally = { unloaded: 0, buckets: new Map() };
  readonly #metrics: ReadonlyMap<string, Buckets>;
  #sessions = 0;
  #failed = 0;
  #loadFailed = 0;
  #silent = 0;

  constructor(reported: readonly ReportedMetric[]) {
    this.#reported = reported;
    this.#metrics = new Map(reported.map(({ name }) => [name, new Map<number, number>()]));
  }

  add(session: Session): void {
    this.#sessions += 1;
    if (session.outcome === 'failed') this.#failed += 1;
    if (session.failure === 'load') this.#loadFailed += 1;
    if (session.failure === 'silent') this.#silent += 1;
    const loads = session.warm ? this.#warm : this.#cold;
    if (session.load === undefined) loads.unloaded += 1;
    else if (session.load >= 0) addOne(loads.buckets, session.load);
    if (session.reported === undefined) return;
    for (const [name, bucket] of session.reported) {
      const buckets = this.#metrics.get(name);
      if (buckets !== undefined) addOne(buckets, bucket);
    }
  }

  measurements(): ArmMeasurements {
    return {
      sessions: this.#sessions,
      failed: this.#failed,
      loadFailed: this.#loadFailed,
      silent: this.#silent,
      loads: { cold: loadsOf(this.#cold), warm: loadsOf(this.#warm) },
      ...this.#rates(),
      ...this.#values(),
    };
  }

  #rates(): Pick<ArmMeasurements, 'rates'> {
    const mine = this.#reported.filter(({ kind }) => kind === 'rate');
    if (mine.length === 0) return {};
    return { rates: Object.fromEntries(mine.map(({ name }) => [name, this.#bucketsOf(name).get(0) ?? 0])) };
  }

  #values(): Pick<ArmMeasurements, 'values'> {
    const mine = this.#reported.filter(({ kind }) => kind === 'value');
    if (mine.length === 0) return {};
    return { values: Object.fromEntries(mine.map(({ name }) => [name, histogramOf(this.#bucketsOf(name))])) };
  }

  #bucketsOf(name: string): Buckets {
    return this.#metrics.get(name) ?? new Map();
  }
}

function addOne(buckets: Buckets, bucket: number): void {
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
}

function loadsOf({ unloaded, buckets }: LoadTally): Loads {
  return { unloaded, histogram: histogramOf(buckets) };
}

function histogramOf(buckets: Buckets): Histogram {
  return [...buckets].toSorted(([a], [b]) => a - b);
}
