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
  held?: (() => void)[];
}

const outcomeWindowMs = 10_000;

/** The sessions of this page. An attempt starts when the page is visible; leaving before the outcome counts nowhere. */
export function createSessions(sender: Sender, sampled: boolean): Sessions {
  const sessions = new Map<string, Session>();
  const now = (): number => Math.round(performance.now());
  const hidden = (): boolean => document.visibilityState === 'hidden';

  const send = (session: Session, event: Pick<BeaconEvent, 'kind'> & Partial<BeaconEvent>): void => {
    if (session.held) {
      session.held.push(() => {
        send(session, event);
      });
      return;
    }
    const { app, version, reason, arm, stable, generation } = session.decision;
    sender.send({
      app,
      version: arm === 'stable' ? stable : version,
      reason,
      ageMs: now() - session.atMs,
      ...(generation === undefined ? {} : { generation }),
      ...event,
    });
  };
  const leave = (): void => {
    for (const session of sessions.values()) {
      if (session.held || session.outcome) continue;
      session.outcome = 'left';
      send(session, { kind: 'left' });
    }
    sender.flush();
  };
  const changed = (): void => {
    if (hidden()) return leave();
    for (const session of sessions.values()) {
      const { held } = session;
      delete session.held;
      if (held) session.atMs = now();
      held?.forEach((event) => {
        event();
      });
    }
  };
  addEventListener('visibilitychange', changed, true);
  addEventListener('pagehide', leave, true);

  return {
    attempt(decision) {
      const wanted = decision.reason === 'bucket' || (sampled && decision.reason === 'no-canary');
      if (!wanted || sessions.has(decision.app)) return;
      const session: Session = { decision, atMs: now(), ...(hidden() ? { held: [] } : {}) };
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

function described({ kind, error }: Failure): NonNullable<BeaconEvent['error']> {
  const { name = 'Error', message = String(error) } = error instanceof Error ? error : {};
  return { kind, name: name.slice(0, 100), message: message.slice(0, 300) };
}
