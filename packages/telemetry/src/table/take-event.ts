import type { Arm, BeaconEvent } from '@sluice/core';
import { report } from '../report.js';
import type { Drop } from '../slot-machine.js';
import type { SubjectKey } from '../subject.js';
import { contributionOf, difference, sumOf, type Counts } from './contribution.js';
import { baseIn, isOpen, placeAt, type Phase, type Place, type TableWatch } from './table-watch.js';
import { hasFailed, isKnown, isSeen, isSettled, type Visit, type Visitor } from './visitor.js';

/** One event whose assignment has been checked. */
export interface VisitEvent {
  readonly event: BeaconEvent;
  readonly page: string;
  readonly subject: SubjectKey;
  readonly arm: Arm;
  /** Phase that it was assigned under. */
  readonly phase: Phase;
  /** See {@link Visit.range}. */
  readonly range: string;
  readonly nowMs: number;
}

/** What an event changes. */
export interface VisitChange {
  readonly visitor: Visitor;
  readonly place: Place;
  readonly range: string;
  readonly add: Counts;
  /** Of the errors in it, by fingerprint. */
  readonly texts: Readonly<Record<string, string>>;
  /** A session begins: its range may be full. */
  readonly begins: boolean;
  /** It failed just now: its range may have failed too often. */
  readonly fails: boolean;
}

/** Both where a session begins by a report that says nothing that can be used. */
export interface Taken {
  readonly change?: VisitChange;
  readonly drop?: Drop;
}

/** Who makes and leaves more visits than these is not believed. */
const mostVisits = 8;

/** The same decision as the slot machine of one process, on what a table holds of one subject. */
export function takeEvent(watch: TableWatch, visitor: Visitor, told: VisitEvent): Taken {
  const known = visitor.visits.find((visit) => visit.page === told.page && isKnown(watch, visit));
  if (known !== undefined) return reported({ watch, visitor, visit: known, told });
  const place = placeAt(watch, told.nowMs - told.event.ageMs);
  const drop = refusal(watch, visitor, { ...told, place });
  if (drop !== undefined || place === undefined) return { drop: drop ?? 'before-rollout' };
  const visit = begun(watch, told, place);
  const began = changed({ watch, visitor, before: undefined, after: visit, told });
  if (told.event.kind === 'attempt') return { change: began };
  const first = reported({ watch, visitor: began.visitor, visit, told });
  return { ...first, change: first.change === undefined ? began : both(began, first.change) };
}

/** Why no session begins by an event; in the order in which the slot machine asks. */
function refusal(
  watch: TableWatch,
  visitor: Visitor,
  { event, phase, nowMs, place }: VisitEvent & { readonly place: Place | undefined },
): Drop | undefined {
  if (event.kind === 'metric') return 'no-session';
  if (place === undefined || !isOpen(watch, place, watch.comparison)) {
    return nowMs - event.ageMs < watch.beganMs ? 'before-rollout' : 'late';
  }
  if (place.phase !== phase.id) return 'stale-revision';
  if (hasFailed(watch, visitor)) return 'failed-before';
  if (isSeen(visitor, place.phase) || visitor.visits.length >= mostVisits) return 'repeated';
  return undefined;
}

function begun(watch: TableWatch, { page, arm, range }: VisitEvent, place: Place): Visit {
  return {
    page,
    arm,
    place,
    guarded: isOpen(watch, place, watch.guardrail),
    range,
    outcome: 'none',
    failure: undefined,
    load: undefined,
    warm: false,
    error: undefined,
    reported: {},
  };
}

interface Reported {
  readonly watch: TableWatch;
  readonly visitor: Visitor;
  readonly visit: Visit;
  readonly told: VisitEvent;
}

function reported({ watch, visitor, visit, told }: Reported): Taken {
  if (isSettled(watch, visit)) return { drop: 'repeated' };
  const session = { ...visit, reported: new Map(Object.entries(visit.reported)) };
  const drop = report(session, told.event, watch.watched);
  if (drop !== undefined) return { drop };
  const after: Visit = { ...session, reported: Object.fromEntries(session.reported) };
  return { change: changed({ watch, visitor, before: visit, after, told }) };
}

interface Changed {
  readonly watch: TableWatch;
  readonly visitor: Visitor;
  readonly before: Visit | undefined;
  readonly after: Visit;
  readonly told: VisitEvent;
}

function changed({ watch, visitor, before, after, told }: Changed): VisitChange {
  const add = difference(
    before === undefined ? {} : contributionOf(before, told.subject),
    contributionOf(after, told.subject),
  );
  const others = visitor.visits.filter((visit) => visit !== before);
  const fails = after.outcome === 'failed' && before?.outcome !== 'failed';
  return {
    visitor: { ...visitor, failed: visitor.failed || fails, visits: [...others, after] },
    place: after.place,
    range: after.range,
    add: sumOf([add, arrival({ watch, before, after, told })]),
    texts: after.error === undefined ? {} : { [after.error.fingerprint]: after.error.text },
    begins: before === undefined,
    fails,
  };
}

/**
 * A slot may end where both arms have been seen by then, so it is counted when sessions came, and when they left: `a3`
 * is three base slots after that of the start. `m` is sessions that ever began.
 */
function arrival({ watch, before, after, told }: Omit<Changed, 'visitor'>): Counts {
  const step = (after.outcome === 'left' ? 0 : 1) - (before === undefined || before.outcome === 'left' ? 0 : 1);
  const phase = watch.phases.find(({ id }) => id === after.place.phase);
  const came = phase === undefined ? 0 : baseIn(phase, told.nowMs, watch.watched) - after.place.base;
  const name = `${after.arm === 'canary' ? 'c' : 'b'}.a${String(came)}`;
  return { ...(step === 0 ? {} : { [name]: step }), ...(before === undefined ? { m: 1 } : {}) };
}

function both(first: VisitChange, then: VisitChange): VisitChange {
  return { ...then, add: sumOf([first.add, then.add]), begins: first.begins || then.begins };
}

/** The same change, for a failure that does not count: the session is let go, as if its tab had been closed. */
export function letGo(watch: TableWatch, change: VisitChange, told: VisitEvent): VisitChange {
  const { visitor } = change;
  const visit = visitor.visits.at(-1);
  if (visit === undefined) return change;
  const gone = changed({ watch, visitor, before: visit, after: { ...visit, outcome: 'left' }, told });
  return { ...both(change, gone), fails: false };
}
