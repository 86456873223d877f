import type { Page } from 'playwright-core';

/** What the document of a shell says, so that its page gives everything all the time in the world. */
export const patient = `data-sluice='{"timeoutMs":60000}'`;

/**
 * A page whose own time-outs (`AbortSignal.timeout`: of the index, and of an app without Module Federation) are these,
 * in the order in which it sets them; the last one holds for all that follow. What hangs may be given up soon, whatever
 * else needs its time on a busy machine.
 */
export function givesUpAfter(page: Page, ...patienceMs: readonly number[]): Promise<unknown> {
  return page.addInitScript((left) => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    AbortSignal.timeout = () => timeout(Number(left.length > 1 ? left.shift() : left[0]));
  }, patienceMs as number[]);
}
