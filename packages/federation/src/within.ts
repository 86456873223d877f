import type { FailureKind } from '@sluice/core';
import { getResolver, getTelemetry, type Loaded } from '@sluice/resolver/report';
import { loadedFrom } from './loaded.js';

/** What this page waits for, with whose it is, in the order in which it was asked for. */
const underWay = new Map<unknown, string>();

/**
 * How long the next step may take: the time-out, and four times as long as it took to get here, on networks where all is
 * slow. At most 4 s more: 10 s after it was asked for silence is a failure already.
 */
export function patienceMs({ startMs }: Loaded): number {
  return getResolver().options.timeoutMs + 4 * Math.min(1000, performance.now() - startMs);
}

/**
 * Neither `import()` nor `fetch` has a time-out of its own. In the place of stable there is nothing to show: it is told
 * as late, as its canary would be, and goes on.
 */
export function within<T>(url: string, phase: FailureKind, begin: () => Promise<T>): Promise<T> | undefined {
  const loaded = loadedFrom(url);
  if (!loaded) return undefined;
  const { app, version } = loaded;
  loaded.phase = phase;
  const load = begin();
  underWay.set(load, app);
  return new Promise((resolve, reject) => {
    const wait = (): void => {
      setTimeout(() => {
        const error = new Error('late');
        // A tab in the background sleeps, and nobody waits there. What was asked for later may be for this one: a library,
        // which has a time-out of its own.
        const isOthers = phase === 'chunk' && underWay.has(load) && [...underWay.values()].pop() !== app;
        if (isOthers || document.hidden) wait();
        else if (underWay.delete(load)) {
          // Whoever asks next has stable: several instances would wait for the canary one after the other.
          getTelemetry().failed(app, { kind: phase, error, fellBack: loaded.fallBack() });
          if (version !== loaded.stable) reject(error);
        }
      }, patienceMs(loaded));
    };
    wait();
    void load.then(resolve, reject).finally(() => underWay.delete(load));
  });
}
