import type { Arm, Slot } from '@sluice/core';
import type { Phase, Place, TableWatch } from './table-watch.js';

/** A slot as the borders make it. */
export interface Span {
  readonly kind: Slot['kind'];
  readonly phase: Phase;
  /** Its base slots: from this one … */
  readonly from: number;
  /** … to before that one; Infinity where the phase ends in it. */
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** What must be known of the sessions that started in a phase from a base slot on. */
export interface Seen {
  /** Whether some of an arm had come by a border, and not left. */
  readonly by: (arm: Arm, of: { readonly phase: string; readonly from: number; readonly border: number }) => boolean;
  /** Whether any began. */
  readonly any: (of: { readonly phase: string; readonly from: number }) => boolean;
}

export interface SpansAsked {
  readonly kind: Slot['kind'];
  readonly open: Place;
  readonly nowMs: number;
  readonly seen: Seen;
}

/** The slots of one kind that have ended by now and are not closed, in order. What goes on is not among them. */
export function endedSpans(watch: TableWatch, asked: SpansAsked): readonly Span[] {
  const first = watch.phases.findIndex(({ id }) => id === asked.open.phase);
  return watch.phases.slice(first).flatMap((phase, i) => {
    const from = i === 0 ? asked.open.base : 0;
    const next = watch.phases[first + i + 1];
    return spansIn(watch, asked, { phase, from, endMs: next?.startMs });
  });
}

interface InPhase {
  readonly phase: Phase;
  readonly from: number;
  /** Undefined where the phase goes on. */
  readonly endMs: number | undefined;
}

function spansIn(watch: TableWatch, { kind, nowMs, seen }: SpansAsked, of: InPhase): readonly Span[] {
  const { phase, endMs } = of;
  const { baseSlotMs } = watch.watched.rules;
  const atMs = (base: number): number => phase.startMs + base * baseSlotMs;
  const spans: Span[] = [];
  let { from } = of;
  for (let border = from + 1; atMs(border) <= Math.min(nowMs, endMs ?? Infinity); border += 1) {
    if (waits(kind, phase, (arm) => seen.by(arm, { phase: phase.id, from, border }))) continue;
    spans.push({ kind, phase, from, to: border, startMs: atMs(from), endMs: atMs(border) });
    from = border;
  }
  if (endMs === undefined) return spans;
  const last = { kind, phase, from, to: Infinity, startMs: atMs(from), endMs: Math.max(endMs, atMs(from)) };
  const isEmpty = last.endMs === last.startMs && !seen.any({ phase: phase.id, from });
  return isEmpty ? spans : [...spans, last];
}

/** A slot grows by whole base slots while an arm is unseen; at 100 % there is no baseline to wait for. */
function waits(kind: Slot['kind'], { weightBp }: Phase, isSeen: (arm: Arm) => boolean): boolean {
  if (weightBp >= 10_000) return false;
  return !isSeen('canary') || (kind === 'comparison' && !isSeen('stable'));
}
