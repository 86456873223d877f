import type { BeaconEvent, FailureKind } from '@sluice/core';
import type { PageDecision } from './page-decision.js';
import type { Sender } from './sender.js';

/** One attempt and one outcome per app and page. */
export interface Sessions {
  attempt(decision: PageDecision): void;
  ready(app: string, load?: { readonly cold: boolean }): void;
  failed(app: string, failure: Failure): void;
}

export interface Failure {
  readonly kind: FailureKind;
  readonly error: unknown;
  /** Stable was shown in the same page load. */
  readonly fellBack?: boolean;
}

interface Session {
  readonly decision: PageDecision;
  atMs: number;
  outcome?: 'ok' | 'failed' | 'left';
  /** Events that wait until the page is seen. */
  held?: Told[];
}

const outcomeWindowMs = 10_000;

/** The sessions of this page. An attempt starts when the page is visible; leaving before the outcome counts nowhere. */
export function createSessions(sender: Sender, sampled: boolean): Sessions {
  const sessions = new Map<string, Session>();
  const send = (session: Session, event: Told): void => {
    if (session.held) session.held.push(event);
    else sender.send(eventOf(session, event));
  };
  watchVisibility({
    seen: () => {
      for (const session of sessions.values()) release(session, send);
    },
    left: () => {
      for (const session of sessions.values()) {
        if (session.held || session.outcome) continue;
        session.outcome = 'left';
        send(session, { kind: 'left' });
      }
      sender.flush();
    },
  });
  return {
    attempt(decision) {
      const wanted = decision.reason === 'bucket' || (sampled && decision.reason === 'no-canary');
      if (!wanted || sessions.has(decision.app)) return;
      const session: Session = { decision, atMs: now(), ...(isHidden() ? { held: [] } : {}) };
      sessions.set(decision.app, session);
      send(session, { kind: 'attempt' });
    },
    ready(app, load) {
      const session = sessions.get(app);
      if (!session || session.outcome) return;
      session.outcome = 'ok';
      send(session, { kind: 'ok', loadMs: now() - session.atMs, cold: load?.cold ?? false });
    },
    failed(app, failure) {
      const session = sessions.get(app);
      if (!session || session.outcome === 'failed' || session.outcome === 'left') return;
      if (now() - session.atMs > outcomeWindowMs) return;
      session.outcome = 'failed';
      send(session, { kind: 'failed', fellBack: failure.fellBack ?? false, error: described(failure) });
    },
  };
}

type Told = Pick<BeaconEvent, 'kind'> & Partial<BeaconEvent>;

function watchVisibility(on: { readonly seen: () => void; readonly left: () => void }): void {
  const changed = (): void => {
    if (isHidden()) on.left();
    else on.seen();
  };
  addEventListener('visibilitychange', changed, true);
  addEventListener('pagehide', on.left, true);
}

/** The page is seen for the first time: what was held back is sent, and the attempt starts now. */
function release(session: Session, send: (session: Session, event: Told) => void): void {
  const { held } = session;
  if (held === undefined) return;
  delete session.held;
  session.atMs = now();
  for (const event of held) send(session, event);
}

function eventOf({ decision, atMs }: Session, event: Told): BeaconEvent {
  const { app, version, reason, generation } = decision;
  const when = generation === undefined ? {} : { generation };
  return { app, version, reason, ageMs: now() - atMs, ...when, ...event };
}

function now(): number {
  return Math.round(performance.now());
}

function isHidden(): boolean {
  return document.visibilityState === 'hidden';
}

function described({ kind, error }: Failure): NonNullable<BeaconEvent['error']> {
  const { name = 'Error', message = String(error) } = error instanceof Error ? error : {};
  return { kind, name: name.slice(0, 100), message: message.slice(0, 300) };
}
