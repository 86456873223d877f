/**
 * Apps without Module Federation: import maps, single-spa, native federation. It brings `/report` along.
 *
 *   import { loadApp } from '@sluice/resolver/load';
 *   import { reportReady } from '@sluice/resolver/report';
 *   const { mount } = await loadApp('orders', (version) => import(`/orders/${version}/app.js`));
 *   mount(element);
 *   reportReady('orders');
 */
import type { FailureKind } from '@sluice/core';
import { loadedApp } from './loaded.js';
import { getTelemetry } from './report/telemetry.js';
import { getResolver } from './resolver.js';

/** Aborted once it is too late: who shows something by itself looks at that first. */
type Load<T> = (version: string, signal: AbortSignal) => Promise<T>;

/**
 * Loads the decided version of an app, and stable in the same page load where a canary throws or takes longer than the
 * resolver's `timeoutMs`; the attempt and a failure are reported. Rejects where stable cannot be loaded either, and for
 * an app that Sluice does not know. Who calls it says by `reportReady` that the app is on screen.
 */
export async function loadApp<T>(app: string, load: Load<T>): Promise<T> {
  const resolver = getResolver();
  const { timeoutMs } = resolver.options;
  const decision = await resolver.resolve(app);
  if (!decision) throw new Error(`Sluice knows no app "${app}": it is not in the index, and has no pointer`);
  const loaded = loadedApp(decision);
  const { version } = loaded;
  const telemetry = getTelemetry();
  void telemetry.attempt(app);
  const failed = (error: unknown, fellBack = false): void => {
    telemetry.failed(app, { kind: kindOf(error), error, fellBack });
  };
  if (version !== loaded.stable) {
    try {
      return await inTime(load, version, timeoutMs);
    } catch (error) {
      failed(error, loaded.fallBack());
    }
  }
  // Nothing is there in the place of stable: it is told as late, as its canary would be, and goes on.
  const isThere = whenLate(timeoutMs, () => failed(late(version, timeoutMs)));
  try {
    return await load(loaded.stable, new AbortController().signal);
  } catch (error) {
    failed(error);
    throw error;
  } finally {
    isThere();
  }
}

/** Browsers say in words only that a module could not be had. */
function kindOf(error: unknown): FailureKind {
  const text = String(error);
  return error instanceof SyntaxError || /imported mod|Importing|answered|took/.test(text) ? 'entry' : 'evaluate';
}

/** `import()` has no time-out of its own. */
function inTime<T>(load: Load<T>, version: string, timeoutMs: number): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const isThere = whenLate(timeoutMs, () => {
      controller.abort();
      reject(late(version, timeoutMs));
    });
    load(version, controller.signal).then(resolve, reject).finally(isThere);
  });
}

/** Calls back when the time is over and somebody sees the page: tabs in the background sleep, and nobody waits there. */
function whenLate(timeoutMs: number, onLate: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = (): void => {
    timer = setTimeout(() => (document.hidden ? wait() : onLate()), timeoutMs);
  };
  wait();
  return () => clearTimeout(timer);
}

function late(version: string, timeoutMs: number): Error {
  return new Error(`${version} took ${timeoutMs} ms`);
}
