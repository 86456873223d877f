import type { Notification, Notifier } from '@sluice/core';
import { parseAppId } from '@sluice/core';
import type { Answer, Receivers } from './receiver.fixture.js';

const answers = { accepts: 200, refuses: 500, hangs: 'hang', 'is-gone': 200 } as const satisfies Record<string, Answer>;

interface OverHttp {
  readonly notifier: Notifier;
  /** Bodies, in order. */
  readonly received: () => readonly string[];
}

/** A notifier over HTTP for the contract; only one that hangs is given up soon, because a busy machine is slow to answer. */
export async function overHttp(
  { receivers, manner }: { readonly receivers: Receivers; readonly manner: keyof typeof answers },
  create: (origin: string, timeoutMs: number) => Notifier,
): Promise<OverHttp> {
  const receiver = await receivers.start(answers[manner]);
  if (manner === 'is-gone') await receiver.close();
  return {
    notifier: create(receiver.origin, manner === 'hangs' ? 300 : 30_000),
    received: () => receiver.requests.map(({ body }) => body),
  };
}

/** A message like that of a canary that was taken back. */
export function aNotification(changed: Partial<Notification> = {}): Notification {
  const app = parseAppId('mfe1');
  if (app === undefined) throw new TypeError('mfe1 is an app');
  return {
    id: 'h1',
    app,
    kind: 'ended',
    at: '2026-05-01T12:00:00.000Z',
    severity: 'bad',
    title: 'mfe1 v1.2.0 was taken back: v1.1.0 is served again',
    lines: ['96 counted sessions got v1.2.0.', 'Who: Sluice, by itself.'],
    link: 'https://sluice.example/mfe1?a=1&b=2',
    facts: { version: 'v1.2.0', canarySessions: 96 },
    ...changed,
  };
}
