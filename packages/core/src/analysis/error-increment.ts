/** Sessions and failed sessions of canary and baseline in one slot. */
export interface SlotCounts {
  readonly nc: number;
  readonly nb: number;
  readonly ec: number;
  readonly eb: number;
}

/** What a comparison of rates tests: "p_c ≤ rho p_b + delta" for r > 1, "≥" for r < 1; rho 0 is an absolute limit. */
export interface RateNull {
  readonly rho: number;
  readonly delta: number;
}

/**
 * dL of one slot for one alternative r: with kappa = rho n_c / n_b,
 * `e_c ln x + e_b ln y − n_c delta (x − 1)`, x = r (1+kappa)/(1+r kappa), y = (1+kappa)/(1+r kappa).
 * A supermartingale increment under the null for any p_b; with delta = 0 the binomial likelihood ratio of e_c given
 * e_c + e_b (cf. Lindon & Malek, Anytime-valid inference for multinomial count data, 2022). 0 without sessions in
 * either arm; rho = 0 needs the canary only.
 */
export function logIncrement(counts: SlotCounts, { rho, delta }: RateNull, r: number): number {
  const { nc, nb, ec, eb } = counts;
  if (rho === 0) return nc === 0 ? 0 : ec * Math.log(r) - nc * delta * (r - 1);
  if (nc === 0 || nb === 0) return 0;
  const kappa = (rho * nc) / nb;
  // y and x − 1 are close to 1 and 0 where kappa is small: written so that nothing cancels.
  const lnY = Math.log1p(kappa) - Math.log1p(r * kappa);
  return ec * (Math.log(r) + lnY) + eb * lnY - (nc * delta * (r - 1)) / (1 + r * kappa);
}
