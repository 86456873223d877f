import type { Arm } from '@sluice/core';

/** One app on one page of one subject, as long as its slot is open. */
export interface Session {
  /** Compact key of the subject. */
  readonly subject: string;
  readonly arm: Arm;
  /** Address range of who began it. */
  readonly range?: string | undefined;
  outcome: 'none' | 'ok' | 'failed' | 'left';
}

/** A slot that still takes sessions, or outcomes of them. */
export interface OpenSlot {
  readonly id: number;
  readonly revision: number;
  readonly weightBp: number;
  readonly startMs: number;
  /** Null while it takes new starts. */
  endMs: number | null;
  /** By page id. */
  readonly sessions: Map<string, Session>;
}

/** Sessions that count: those that did not leave. */
export function counted(slot: OpenSlot, arm: Arm): number {
  let count = 0;
  for (const session of slot.sessions.values()) {
    if (session.arm === arm && session.outcome !== 'left') count += 1;
  }
  return count;
}
