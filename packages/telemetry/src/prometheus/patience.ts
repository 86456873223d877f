/** Asks again after a failure only when some time is over, which doubles each time; until then the failure stands. */
export interface Patience {
  ask<T>(question: () => Promise<T>): Promise<T>;
}

const firstMs = 1000;
const longestMs = 30_000;

export function createPatience(now: () => number): Patience {
  let failed: { readonly error: unknown; readonly untilMs: number; readonly waitMs: number } | undefined;
  return {
    async ask(question) {
      if (failed !== undefined && now() < failed.untilMs) throw failed.error;
      try {
        const answer = await question();
        failed = undefined;
        return answer;
      } catch (error) {
        const waitMs = Math.min(failed === undefined ? firstMs : failed.waitMs * 2, longestMs);
        failed = { error, untilMs: now() + waitMs, waitMs };
        throw error;
      }
    },
  };
}
