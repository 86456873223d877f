import type { BeaconEvent } from '@sluice/core';
import type { PageDecision } from '../decide.js';
import type { Telemetry } from '../telemetry.js';

/** One app on this page. */
interface Session extends PageDecision {
  /** When its attempt began: absent until the page is seen. */
  atMs?: number;
  outcome?: BeaconEvent['kind'];
}

/** One attempt and one outcome per app. An attempt starts when the page is seen; leaving before the outcome is none. */
export interface Sessions {
  readonly all: ReadonlyMap<string, Session>;
  begin(decision: PageDecision, isWanted: boolean): void;
  end(app: string, kind: BeaconEvent['kind'], more?: Partial<BeaconEvent>): void;
  /** Something that the application reports of a session. */
  readonly metric: Telemetry['metric'];
  /** The page is seen, or it is not any more. */
  see(isSeen: boolean): void;
}

const outcomeWindowMs = 10_000;
/** Never 0. */
const now = (): number => (1 + performance.now()) | 0;

export function createSessions(send: (event: BeaconEvent) => void): Sessions {
  const all = new Map<string, Session>();
  /** What waits until the page is seen. */
  const waiting: (() => void)[] = [];

  const tell = (session: Session, kind: BeaconEvent['kind'], more?: object): void => {
    const { app, version, reason, generation, atMs = 0 } = session;
    send({ app, version, reason, generation, ageMs: now() - atMs, kind, ...more } as BeaconEvent);
  };
  const end: Sessions['end'] = (app, kind, more) => {
    const session = all.get(app);
    if (!session || (session.outcome && session.outcome + kind !== 'okfailed')) return;
    if (!session.atMs) return void waiting.push(() => end(app, kind, more));
    const ageMs = now() - session.atMs;
    if (ageMs < outcomeWindowMs) {
      session.outcome = kind;
      // Not where it was on screen before anybody looked: nobody waited then.
      const loadMs = (kind === 'ok' && ageMs) || undefined;
      tell(session, kind, { cold: wasCold(session), loadMs, ...more });
    }
  };

  return {
    all,
    begin(decision, isWanted) {
      const session: Session = { ...decision };
      all.set(decision.app, session);
      const begin = (): void => {
        session.atMs = now();
        tell(session, 'attempt');
      };
      // Of others nothing is told; they are on the page all the same.
      if (!isWanted) session.outcome = 'attempt';
      else if (document.hidden) waiting.push(begin);
      else begin();
    },
    end,
    metric(app, metric, value) {
      const session = all.get(app);
      // A value that is undefined is none in JSON.
      if (session?.atMs) tell(session, 'metric', { metric, value });
    },
    see(isSeen) {
      if (isSeen) for (const act of waiting.splice(0)) act();
      else for (const [app, { atMs }] of all) if (atMs) end(app, 'left');
    },
  };
}

/** Whether something of the app came over the network; undefined where nothing came yet. */
function wasCold({ app, version }: PageDecision): boolean | undefined {
  let cold: boolean | undefined;
  for (const { name, transferSize } of performance.getEntries() as PerformanceResourceTiming[]) {
    // Some browsers do not say how much it was.
    if (name.includes(`/${app}/${version}/`)) cold ||= transferSize !== 0;
  }
  return cold;
}
