/** A share of the users, chosen by the hash of a salt. */
export interface Exposure {
  readonly salt: string;
  /** Basis points. */
  readonly weightBp: number;
}

/**
 * Share of users who are on any canary, in basis points. Salts choose independently, so that shares add up like
 * chances (40 apps at 5 % reach 87 % of the users); under one salt the smaller share lies within the larger.
 */
export function exposedBp(exposures: readonly Exposure[]): number {
  const largest = new Map<string, number>();
  for (const { salt, weightBp } of exposures) largest.set(salt, Math.max(largest.get(salt) ?? 0, weightBp));
  const spared = [...largest.values()].reduce((share, weightBp) => share * (1 - weightBp / 10_000), 1);
  return 10_000 * (1 - spared);
}
