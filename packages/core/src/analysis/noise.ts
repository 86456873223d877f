import type { ArmCounts } from './slot.js';

/** How much the failures of two halves of the baseline differ, against what chance would do. */
export interface Noise {
  /** Sum of X² over slots. */
  readonly sumX2: number;
  readonly slots: number;
}

export const noNoise: Noise = { sumX2: 0, slots: 0 };

/** phi ≥ 1 by which evidence is divided: failures that come in clusters tell less than as many single ones. */
export function phiOf({ sumX2, slots }: Noise): number {
  return Math.max(1, (10 + sumX2) / (10 + slots));
}

/**
 * Takes one slot's baseline in: X² = (e_b1 − e_b q)² / (e_b q (1−q)), q the half's share of the sessions. A slot
 * without failures, or with all sessions in one half, says nothing.
 */
export function addNoise(noise: Noise, baseline: ArmCounts, half: ArmCounts | undefined): Noise {
  if (half === undefined || baseline.failed === 0 || baseline.sessions === 0) return noise;
  const q = half.sessions / baseline.sessions;
  if (q <= 0 || q >= 1) return noise;
  const off = half.failed - baseline.failed * q;
  return { sumX2: noise.sumX2 + (off * off) / (baseline.failed * q * (1 - q)), slots: noise.slots + 1 };
}
