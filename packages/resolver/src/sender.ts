import type { Beacon, BeaconEvent } from '@sluice/core';

export interface Sender {
  send(event: BeaconEvent): void;
  flush(): void;
}

/** Most events of one beacon: far below the 64 KiB that all beacons in flight share. */
const mostEvents = 40;

/** Sends events in batches that also get through while the page goes away. Never throws. */
export function createSender(options: {
  readonly url: string;
  readonly page: string;
  readonly versions: () => Readonly<Record<string, string>>;
}): Sender {
  let queue: BeaconEvent[] = [];
  const flush = (): void => {
    while (queue.length > 0) {
      const events = queue.slice(0, mostEvents);
      queue = queue.slice(mostEvents);
      post(options.url, { schema: 1, page: options.page, versions: options.versions(), events });
    }
  };
  return {
    send(event) {
      if (queue.push(event) === 1) queueMicrotask(flush);
    },
    flush,
  };
}

function post(url: string, beacon: Beacon): void {
  try {
    const body = JSON.stringify(beacon);
    if (navigator.sendBeacon(url, new Blob([body], { type: 'application/json' }))) return;
    void fetch(url, { method: 'POST', body, keepalive: true }).catch(() => undefined);
  } catch {
    // Telemetry never breaks a page.
  }
}
