import { bucketOf, parseAppId, parseVersionId, type WatchedRollout } from '@sluice/core';
import type { CheckedEvent } from '@sluice/schema';

function wrong(what: string): never {
  throw new Error(`the bench is wrong: ${what}`);
}

const app = parseAppId('mfe1') ?? wrong('app');
const stable = parseVersionId('v1.0.0') ?? wrong('stable');
const canary = parseVersionId('v1.1.0') ?? wrong('canary');

/** A rollout at 25 %, with slots of both kinds. */
export const rollout: WatchedRollout = {
  rolloutId: 'r1',
  app,
  stable,
  canary,
  salt: 'mfe1@v1.1.0',
  weightBp: 2500,
  revision: 2,
  rules: { baseSlotMs: 2000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false },
  lastSlot: 0,
};

/** The attempt of a session, and what became of it: one in a hundred fails. */
export function sessionOf(i: number): {
  readonly subject: string;
  readonly page: string;
  readonly events: CheckedEvent[];
} {
  const subject = `subject-${String(i)}`;
  const version = bucketOf(rollout.salt, subject) < rollout.weightBp ? canary : stable;
  const assigned = { app, version, generation: 1_000_000, reason: 'bucket' } as const;
  const outcome: CheckedEvent =
    i % 100 === 0
      ? {
          ...assigned,
          kind: 'failed',
          ageMs: 300,
          cold: false,
          error: { kind: 'error', name: 'E', message: `no ${String(i)}` },
        }
      : { ...assigned, kind: 'ok', ageMs: 300, loadMs: 100 + (i % 900), cold: i % 2 === 0 };
  return {
    subject,
    page: `page-${String(i).padStart(9, '0')}`,
    events: [{ ...assigned, kind: 'attempt', ageMs: 0 }, outcome],
  };
}
