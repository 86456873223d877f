/** A token bucket per client and one for all; clocks come in as arguments. */
export interface RateLimit {
  /** Whether one more may come in now. */
  allows(client: string, nowMs: number): boolean;
}

export interface RateLimitOptions {
  /** Requests per second that one client may send on average; twice that at once. */
  readonly perClient: number;
  /** Requests per second of all clients together; twice that at once. */
  readonly total: number;
}

interface Tokens {
  left: number;
  atMs: number;
}

/** Most clients that are remembered; the longest unseen are forgotten, so that memory is bounded. */
const maxClients = 20_000;

export function createRateLimit(options: RateLimitOptions): RateLimit {
  const clients = new Map<string, Tokens>();
  const all: Tokens = { left: options.total * 2, atMs: 0 };
  return {
    allows(client, nowMs) {
      const tokens = clients.get(client) ?? { left: options.perClient * 2, atMs: nowMs };
      clients.delete(client);
      clients.set(client, tokens);
      if (clients.size > maxClients) clients.delete(clients.keys().next().value ?? '');
      refill(tokens, options.perClient, nowMs);
      refill(all, options.total, nowMs);
      if (tokens.left < 1 || all.left < 1) return false;
      tokens.left -= 1;
      all.left -= 1;
      return true;
    },
  };
}

function refill(tokens: Tokens, perSecond: number, nowMs: number): void {
  const passedMs = Math.max(0, nowMs - tokens.atMs);
  tokens.left = Math.min(perSecond * 2, tokens.left + (passedMs * perSecond) / 1000);
  tokens.atMs = nowMs;
}
