import type { Arm, Slot } from '@sluice/core';
import type { RangeCaps } from '../trust/range-ledger.js';
import { RangeLedger } from '../trust/range-ledger.js';
import { measurementsOf, outcomesOf, type Cell } from './cells.js';
import { difference, sumOf, type Counts } from './contribution.js';
import { endedSpans, type Seen, type Span } from './spans.js';
import type { Place, TableWatch } from './table-watch.js';

/** A slot that closes, and the ranges whose silent sessions it counts as failed: kept, so that each is capped for good. */
export interface Closing {
  readonly slot: Slot;
  readonly silent: Readonly<Record<string, number>>;
}

export interface DueOptions {
  readonly nowMs: number;
  /** All cells from the first open slot on. */
  readonly cells: readonly Cell[];
  /** Most slots at once. */
  readonly most: number;
  readonly caps: RangeCaps;
  /** Silent sessions of closed slots, by range. */
  readonly silentBefore: Readonly<Record<string, number>>;
}

/** What closes now, each slot once and in the order of closing; and the document as it is then. */
export function closeDue(
  watch: TableWatch,
  options: DueOptions,
): { readonly next: TableWatch; readonly closings: readonly Closing[] } {
  const due = dueSpans(watch, options).slice(0, options.most);
  const ledger = ledgerOf(options);
  const closings = due.map((span, i) => closingOf(watch, { span, id: watch.lastId + 1 + i, ledger, options }));
  const failed = closings.reduce(
    (sum, { slot }) => sum + (slot.kind === 'comparison' ? slot.canary.failed + slot.baseline.failed : 0),
    watch.failed,
  );
  const comparison = openAfter(watch.comparison, due, 'comparison');
  const guardrail = watch.guardrail === null ? null : openAfter(watch.guardrail, due, 'guardrail');
  const next = { ...watch, comparison, guardrail, failed, lastId: watch.lastId + due.length };
  return { next: forgetting(next), closings };
}

/** Of two that end at once the comparison closes first. */
function dueSpans(watch: TableWatch, { nowMs, cells }: DueOptions): readonly Span[] {
  const seen = seenIn(cells);
  const comparison = endedSpans(watch, { kind: 'comparison', open: watch.comparison, nowMs, seen });
  const { guardrail } = watch;
  const others = guardrail === null ? [] : endedSpans(watch, { kind: 'guardrail', open: guardrail, nowMs, seen });
  const isDue = ({ endMs }: Span): boolean => endMs + watch.watched.rules.closingLagMs <= nowMs;
  return [...comparison, ...others].filter(isDue).toSorted((a, b) => a.endMs - b.endMs);
}

/** A phase that ended is over: the next slot begins with the next phase. */
function openAfter(open: Place, due: readonly Span[], kind: Slot['kind']): Place {
  const last = due.findLast((span) => span.kind === kind);
  return last === undefined ? open : { phase: last.phase.id, base: last.to };
}

/** Where a slot was the last of its phase, the open one is the first of the next; phases that nobody needs are let go. */
function forgetting(watch: TableWatch): TableWatch {
  const at = (place: Place): Place => {
    const next = watch.phases[watch.phases.findIndex(({ id }) => id === place.phase) + 1];
    return place.base === Infinity && next !== undefined ? { phase: next.id, base: 0 } : place;
  };
  const comparison = at(watch.comparison);
  const guardrail = watch.guardrail === null ? null : at(watch.guardrail);
  const needed = [comparison, guardrail].map((place) =>
    place === null ? Infinity : watch.phases.findIndex(({ id }) => id === place.phase),
  );
  const phases = watch.phases.slice(Math.min(...needed, Math.max(0, watch.phases.length - 2)));
  return { ...watch, comparison, guardrail, phases };
}

function seenIn(cells: readonly Cell[]): Seen {
  const arrivals = cells.flatMap(({ phase, base, counts }) =>
    Object.entries(counts).flatMap(([name, step]) => {
      const [, letter, later] = /^([cb])\.a(\d+)$/.exec(name) ?? [];
      if (later === undefined) return [];
      const arm: Arm = letter === 'c' ? 'canary' : 'stable';
      return [{ phase, base, arm, at: base + Number(later), step }];
    }),
  );
  return {
    by: (arm, { phase, from, border }) =>
      arrivals.reduce(
        (sum, one) =>
          one.arm === arm && one.phase === phase && one.base >= from && one.at < border ? sum + one.step : sum,
        0,
      ) > 0,
    any: ({ phase, from }) =>
      cells.some((cell) => cell.phase === phase && cell.base >= from && (cell.counts['m'] ?? 0) > 0),
  };
}

interface ClosingOf {
  readonly span: Span;
  readonly id: number;
  readonly ledger: (cell: Cell) => Cell;
  readonly options: DueOptions;
}

function closingOf(watch: TableWatch, { span, id, ledger, options }: ClosingOf): Closing {
  const own = options.cells.filter(({ phase, base }) => phase === span.phase.id && base >= span.from && base < span.to);
  const counted = own.map(ledger);
  const texts = Object.assign({}, ...own.map((cell) => cell.texts)) as Readonly<Record<string, string>>;
  const { rolloutId, rules } = watch.watched;
  const slot: Slot = {
    id,
    rolloutId,
    kind: span.kind,
    revision: span.phase.revision,
    weightBp: span.phase.weightBp,
    startMs: span.startMs,
    lengthMs: span.endMs - span.startMs,
    ...measurementsOf(sumOf(counted.map(({ counts }) => counts)), texts, rules.reported ?? []),
  };
  return { slot, silent: span.kind === 'comparison' ? silentIn(counted) : {} };
}

function silentIn(cells: readonly Cell[]): Closing['silent'] {
  const silent = cells.map(({ range, counts }): Counts => ({ [range]: silentOf(counts) }));
  const { '-': _uncapped, ...ranges } = sumOf(silent);
  return ranges;
}

function silentOf(counts: Counts): number {
  return outcomesOf(counts, 'c').silent + outcomesOf(counts, 'b').silent;
}

/** Leaves silent sessions out that are too many of one range; which of its two arms, its hash decides. */
function ledgerOf({ caps, silentBefore }: DueOptions): (cell: Cell) => Cell {
  const ledger = new RangeLedger(caps);
  for (const [range, count] of Object.entries(silentBefore)) for (let i = 0; i < count; i += 1) ledger.fail(range);
  const decided = new Map<string, Cell>();
  return (cell) => {
    // Sessions without a range have many cells of one name.
    if (cell.range === '-') return cell;
    const key = `${cell.phase}/${String(cell.base)}/${cell.range}`;
    const known = decided.get(key);
    if (known !== undefined) return known;
    const capped = withoutExcess(cell, ledger);
    decided.set(key, capped);
    return capped;
  };
}

function withoutExcess(cell: Cell, ledger: RangeLedger): Cell {
  const arms = cell.range.charCodeAt(0) % 2 === 0 ? (['c', 'b'] as const) : (['b', 'c'] as const);
  const excess = arms.flatMap((arm) => {
    const { silent } = outcomesOf(cell.counts, arm);
    return Array.from({ length: silent }, () => ledger.fail(cell.range)).flatMap((counts) => (counts ? [] : [arm]));
  });
  const ofBaseline = excess.filter((arm) => arm === 'b').length;
  const half = Math.min(ofBaseline, outcomesOf(cell.counts, 'h').silent);
  const gone = { 'c.n': excess.length - ofBaseline, 'b.n': ofBaseline, 'h.n': half };
  return { ...cell, counts: difference(gone, cell.counts) };
}
