import type { Beacon, BeaconEvent } from '@sluice/core';

export interface Sender {
  send(event: BeaconEvent): void;
  /** Sends what waits; without anything that waits it does nothing. */
  flush(): void;
}

/** All beacons in flight share 64 KiB, and ingestion reads 48,000 bytes. */
const mostBytes = 47_000;
const mostEvents = 50;
/** Attempts go at once, because silence after one says something; what becomes of them may go together. */
const patienceMs = 250;

/** Sends events in batches that also get through while the page goes away. Never throws. */
export function createSender(url: string, envelope: () => Omit<Beacon, 'events'>): Sender {
  const queue: BeaconEvent[] = [];
  const post = (events: readonly BeaconEvent[]): void => {
    const body = new Blob([JSON.stringify({ ...envelope(), events })], { type: 'application/json' });
    const half = events.length >> 1;
    if (half > 0 && (body.size > mostBytes || events.length > mostEvents)) {
      post(events.slice(0, half));
      post(events.slice(half));
    } else if (!navigator.sendBeacon(url, body)) {
      void fetch(url, { method: 'POST', body, keepalive: true }).catch(() => undefined);
    }
  };
  const flush = (): void => {
    try {
      if (queue.length > 0) post(queue.splice(0));
    } catch {
      // Telemetry never breaks a page.
    }
  };
  return {
    send(event) {
      queue.push(event);
      setTimeout(flush, event.kind === 'attempt' ? 0 : patienceMs);
    },
    flush,
  };
}
