/** Counts of all closed slots so far, and what the ramp knows of the traffic. */
export interface WeightInput {
  /** Canary's share now, 0–1. */
  readonly weight: number;
  readonly nc: number;
  readonly ec: number;
  readonly nb: number;
  readonly eb: number;
  /** lambda; where it is not known the weight stays. */
  readonly sessionsPerSecond: number | undefined;
  readonly held: boolean;
  readonly ramp: RiskBudget;
}

/** How much an adaptive ramp may risk. */
export interface RiskBudget {
  /** B: failed sessions that may be in flight before the canary is taken back. */
  readonly failedSessions: number;
  /** tau_r: slot, closing, tick and propagation. */
  readonly reactionSeconds: number;
  /** Most by which the weight grows at once. */
  readonly growth: number;
  /** Highest weight before 100 %, 0–1. */
  readonly highest: number;
}

/** Lowest weight of an adaptive ramp: 0.01 %. */
export const lowestWeight = 0.0001;

/**
 * The next weight of the risk-budgeted ramp: at most so much that, were the canary as bad as the counts still allow (U),
 * no more than B sessions would fail before it is taken back. May be lower than now. Not rounded.
 */
export function nextWeight(input: WeightInput): number {
  const { weight: w, held, ramp } = input;
  const cap = capOf(input);
  if (cap === undefined) return w;
  const next = held
    ? Math.min(w, cap, ramp.highest)
    : Math.max(Math.min(ramp.growth * w, ramp.highest, cap), Math.min(w, cap));
  return Math.max(next, lowestWeight);
}

/** The weight to begin with: 5 %, or less where more sessions would fail at once than B. */
export function firstWeight(ramp: RiskBudget, sessionsPerSecond: number | undefined): number {
  const cap = capOf({ nc: 0, ec: 0, nb: 0, eb: 0, sessionsPerSecond, ramp });
  return Math.max(lowestWeight, Math.min(0.05, ramp.highest, cap ?? lowestWeight));
}

function capOf(input: Omit<WeightInput, 'weight' | 'held'>): number | undefined {
  const { sessionsPerSecond: rate, ramp } = input;
  if (rate === undefined || !Number.isFinite(rate) || rate <= 0) return undefined;
  return ramp.failedSessions / (rate * ramp.reactionSeconds * worstExcess(input));
}

/** U: by how much more often than the baseline the canary may fail, as far as the counts tell. */
function worstExcess({ nc, ec, nb, eb }: Pick<WeightInput, 'nc' | 'ec' | 'nb' | 'eb'>): number {
  if (nc === 0) return 1;
  const upper = Math.min(1, (ec + 3 + 2 * Math.sqrt(ec)) / nc);
  return Math.max(upper - (nb === 0 ? 0 : eb / nb), 1e-4);
}
