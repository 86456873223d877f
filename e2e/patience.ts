import type { Page } from 'playwright-core';

/** What the document of a shell says, so that its page gives everything all the time in the world. */
export const patient = `data-sluice='{"timeoutMs":60000}'`;

/**
 * A page that gives the index and pointers (`AbortSignal.timeout`) up after this long. What hangs may be given up soon,
 * whatever else needs its time on a busy machine.
 */
export function givesUpAfter(page: Page, patienceMs: number): Promise<unknown> {
  return page.addInitScript((ms) => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    AbortSignal.timeout = () => timeout(ms);
  }, patienceMs);
}

/**
 * A page of a patient document that gives everything all the time in the world until it is told that something hangs:
 * then 2 s, for what it waits for and for what comes after it. Before that a busy machine must not turn a missing chunk
 * into an entry that took too long.
 */
export async function tiresWhenTold(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    const [start, stop] = [setTimeout, clearTimeout];
    const waiting = new Map<unknown, () => void>();
    let isTired = false;
    const isPatience = (ms: number): boolean => ms >= 60_000 && ms <= 64_000;
    const begin = (act: () => void, ms = 0, ...more: unknown[]): unknown => {
      if (!isPatience(ms)) return start(act, ms, ...more);
      if (isTired) return start(act, 2000);
      const timer = start(act, ms);
      waiting.set(timer, act);
      return timer;
    };
    const end = (timer: number): void => {
      waiting.delete(timer);
      stop(timer);
    };
    const tire = (): void => {
      isTired = true;
      for (const [timer, act] of waiting) {
        end(timer as number);
        start(act, 2000);
      }
    };
    Object.assign(globalThis, { setTimeout: begin, clearTimeout: end, tire });
  });
  return () =>
    page.evaluate(() => {
      (globalThis as unknown as { tire: () => void }).tire();
    });
}
