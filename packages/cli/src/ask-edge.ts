import { createHash } from 'node:crypto';
import type { AskEdge } from '@sluice/publish';

const longestMs = 10_000;

/** Asks the edge as a page does; undefined where none answers. */
export function askEdge(origin: string | undefined): AskEdge {
  return async (path) => {
    if (origin === undefined) return undefined;
    try {
      const headers = { 'accept-encoding': 'identity' };
      const response = await fetch(`${origin}${path}`, { headers, signal: AbortSignal.timeout(longestMs) });
      const sha256 = createHash('sha256')
        .update(Buffer.from(await response.arrayBuffer()))
        .digest('hex');
      return { status: response.status, sha256 };
    } catch {
      return undefined;
    }
  };
}
