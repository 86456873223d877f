/** Sessions and failed sessions of canary and baseline in one slot. */
export interface SlotCounts {
  readonly nc: number;
  readonly nb: number;
  readonly ec: number;
  readonly eb: number;
}

/** What one e-process tests: "p_c ≤ rho p_b + delta" for r > 1, "≥" for r < 1; rho 0 is an absolute limit. */
export interface ProcessSpec {
  readonly rho: number;
  readonly delta: number;
  /** Alternatives r; the evidence is the mean over them. */
  readonly grid: readonly number[];
  /** S(0), natural scale. */
  readonly start: number;
  /** H, in slots of 10 s: restarts v = (1 − start)/H until H is spent. 0: no restarts. */
  readonly horizon: number;
}

export interface ProcessState {
  /** ln S per alternative. */
  readonly lnS: readonly number[];
  /** Slots of 10 s that have been spent of the horizon. */
  readonly spent: number;
  /** ln E now, and the highest it ever was. */
  readonly lnE: number;
  readonly lnEMax: number;
}

/**
 * dL of one slot for one alternative r: with kappa = rho n_c / n_b,
 * `e_c ln x + e_b ln y − n_c delta (x − 1)`, x = r (1+kappa)/(1+r kappa), y = (1+kappa)/(1+r kappa).
 * A supermartingale increment under the null for any p_b; with delta = 0 the binomial likelihood ratio of e_c given
 * e_c + e_b (cf. Lindon & Malek, Anytime-valid inference for multinomial count data, 2022). 0 without sessions in
 * either arm; rho = 0 needs the canary only.
 */
export function logIncrement(counts: SlotCounts, spec: Pick<ProcessSpec, 'rho' | 'delta'>, r: number): number {
  const { nc, nb, ec, eb } = counts;
  if (spec.rho === 0) return nc === 0 ? 0 : ec * Math.log(r) - nc * spec.delta * (r - 1);
  if (nc === 0 || nb === 0) return 0;
  const kappa = (spec.rho * nc) / nb;
  const y = (1 + kappa) / (1 + r * kappa);
  const x = r * y;
  return ec * Math.log(x) + eb * Math.log(y) - nc * spec.delta * (x - 1);
}

export function createProcess(spec: ProcessSpec): ProcessState {
  const lnStart = Math.log(spec.start);
  return { lnS: spec.grid.map(() => lnStart), spent: 0, lnE: lnStart, lnEMax: lnStart };
}

/**
 * `S ← (S + k v) exp(dL)`; E is the mean of S over the grid.
 * @param slots k: length of the slot in units of 10 s.
 */
export function updateProcess(
  state: ProcessState,
  spec: ProcessSpec,
  slot: { readonly counts: SlotCounts; readonly slots: number },
): ProcessState {
  const credit = Math.min(slot.slots, Math.max(0, spec.horizon - state.spent));
  const restart = spec.horizon === 0 ? 0 : (credit * (1 - spec.start)) / spec.horizon;
  const lnS = state.lnS.map((value, i) => lnAdd(value, restart) + logIncrement(slot.counts, spec, spec.grid[i] ?? 1));
  const lnE = lnMean(lnS);
  return { lnS, spent: Math.min(spec.horizon, state.spent + slot.slots), lnE, lnEMax: Math.max(state.lnEMax, lnE) };
}

/** ln(e^a + b), b ≥ 0 on the natural scale. */
function lnAdd(a: number, b: number): number {
  if (b === 0) return a;
  const lnB = Math.log(b);
  const high = Math.max(a, lnB);
  return high + Math.log1p(Math.exp(Math.min(a, lnB) - high));
}

/** ln of the mean of e^v, by log-sum-exp. */
function lnMean(values: readonly number[]): number {
  const high = Math.max(...values);
  return high + Math.log(values.reduce((sum, value) => sum + Math.exp(value - high), 0) / values.length);
}
