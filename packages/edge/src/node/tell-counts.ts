import type { RequestCounts } from './request-counts.js';

interface Telling {
  readonly counts: RequestCounts;
  readonly origin: string | undefined;
  readonly everyMs: number;
}

/** Tells the controller how the edge answered, for its alarms. What cannot be told is dropped: it is not worth a queue. */
export function tellCounts(to: Telling): { close(): void } {
  const { counts, origin, everyMs } = to;
  if (origin === undefined) return { close: () => undefined };
  const tell = (): void => {
    const apps = counts.take();
    if (apps.length === 0) return;
    const body = JSON.stringify({ schema: 1, apps });
    const headers = { 'Content-Type': 'application/json' };
    const signal = AbortSignal.timeout(5000);
    fetch(`${origin}/api/requests`, { method: 'POST', body, headers, signal }).catch(() => undefined);
  };
  const timer = setInterval(tell, everyMs);
  timer.unref();
  return {
    close: () => {
      clearInterval(timer);
    },
  };
}
