/** What no sequential test can beat, in the mean (Wald, 1945): used to show how much the evidence costs. */
interface WaldInput {
  /** Failure rates of baseline and canary. */
  readonly pb: number;
  readonly pc: number;
  readonly alpha: number;
  /** Canary's share of the sessions, 0–1. */
  readonly weight: number;
}

/** Kullback–Leibler divergence of two Bernoulli distributions, natural logarithms. */
export function klBernoulli(p: number, q: number): number {
  const part = (a: number, b: number): number => (a === 0 ? 0 : a * Math.log(a / b));
  return part(p, q) + part(1 - p, 1 - q);
}

/** Canary sessions where the baseline's rate is known: ln(1/alpha) / KL(p_c‖p_b). */
export function sessionsKnownBaseline({ pb, pc, alpha }: WaldInput): number {
  return Math.log(1 / alpha) / klBernoulli(pc, pb);
}

/** Canary sessions where it is not: both arms are compared with m = w p_c + (1−w) p_b. */
export function sessionsTwoSample({ pb, pc, alpha, weight: w }: WaldInput): number {
  const m = w * pc + (1 - w) * pb;
  return Math.log(1 / alpha) / (klBernoulli(pc, m) + ((1 - w) / w) * klBernoulli(pb, m));
}
