import type { Beacon, BeaconEvent } from '@sluice/core';

export interface Sender {
  send(event: BeaconEvent): void;
  /** Sends what waits; without anything that waits it does nothing. */
  flush(): void;
}

/** All beacons in flight share 64 KiB; ingestion takes 48,000 bytes, and 100 events, the shortest of which has 70. */
const mostLength = 7000;
/** Attempts, which are 0 ms old, go at once, because silence after one says something; what becomes of them may go together. */
const patienceMs = 250;

/** Sends events in batches that also get through while the page goes away. Never throws. */
export function createSender(url: string, envelope: () => Omit<Beacon, 'events'>): Sender {
  const queue: BeaconEvent[] = [];
  const post = (events: readonly BeaconEvent[]): void => {
    // As text: JSON by name would be lost silently on its way to another origin.
    const body = JSON.stringify({ ...envelope(), events });
    const half = events.length >> 1;
    if (half && body.length > mostLength) {
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
      setTimeout(flush, event.ageMs && patienceMs);
    },
    flush,
  };
}
