/** ln S of each alternative of an e-process; its evidence E is the mean of S over them. */
export type Mixture = readonly number[];

/** Where an e-process begins, and how long it restarts. */
export interface Restarts {
  /** S(0), natural scale. 1: nothing is kept for restarts. */
  readonly start: number;
  /** H, in slots of 10 s: v = (1 − start)/H a slot, until H is spent. */
  readonly horizon: number;
}

/** A slot's place in the life of an e-process, in slots of 10 s. */
export interface SlotTime {
  /** Of the horizon, before this slot. */
  readonly spent: number;
  /** k: length of the slot. */
  readonly slots: number;
}

export function createMixture(alternatives: number, start: number): Mixture {
  return Array.from({ length: alternatives }, () => Math.log(start));
}

/** k v: what a slot adds to S, so that harm that begins late is found as well; 0 once the horizon is spent. */
export function restartOf({ start, horizon }: Restarts, { spent, slots }: SlotTime): number {
  if (start >= 1 || horizon <= 0) return 0;
  return (Math.min(slots, Math.max(0, horizon - spent)) * (1 - start)) / horizon;
}

/** `S ← (S + restart) exp(dL)` for each alternative, on the scale of logarithms. */
export function growMixture(mixture: Mixture, restart: number, increment: (alternative: number) => number): Mixture {
  const lnRestart = Math.log(restart);
  return mixture.map((lnS, i) => lnAdd(lnS, lnRestart) + increment(i));
}

/**
 * As it is kept: nine decimals, or one beyond e^±1000 where nothing depends on them, rounded down: what is lost is
 * never evidence gained, and JSON stays small.
 */
export function keepMixture(mixture: Mixture): Mixture {
  return mixture.map((lnS) => {
    const scale = Math.abs(lnS) < 1000 ? 1e9 : 10;
    return Math.floor(lnS * scale) / scale;
  });
}

/** ln E: ln of the mean of e^v, by log-sum-exp. */
export function lnEvidence(mixture: Mixture): number {
  return lnSum(mixture) - Math.log(mixture.length);
}

/** ln Σ e^v without overflow. */
export function lnSum(values: readonly number[]): number {
  let high = -Infinity;
  for (const value of values) if (value > high) high = value;
  if (high === -Infinity) return -Infinity;
  let sum = 0;
  for (const value of values) sum += Math.exp(value - high);
  return high + Math.log(sum);
}

/** ln(e^a + e^b); b may be −Infinity. */
function lnAdd(a: number, b: number): number {
  if (b === -Infinity) return a;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}
