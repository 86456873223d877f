import type { AcceptedPointer, Pointer } from '@sluice/core';
import { acceptPointer, readPointer } from '@sluice/core';

export interface PointerCacheOptions {
  /** The text of an app's pointer; throws where it cannot be had in time. */
  readonly load: (app: string) => Promise<string>;
  readonly now: () => number;
  /** How long a pointer is taken without asking again. */
  readonly freshMs: number;
}

export interface PointerCache {
  /** The pointer of an app: fresh, else the last good one; undefined where there never was one. Never throws. */
  get(app: string): Promise<Pointer | undefined>;
}

interface Held {
  readonly accepted: AcceptedPointer | undefined;
  readonly askedAtMs: number;
}

/** One request for an app at a time, however many visitors wait; a failed one is not repeated before it would be stale. */
export function createPointerCache({ load, now, freshMs }: PointerCacheOptions): PointerCache {
  const held = new Map<string, Held>();
  const loading = new Map<string, Promise<void>>();

  const renew = async (app: string): Promise<void> => {
    const before = held.get(app)?.accepted;
    const received = await load(app).then(parse, () => undefined);
    // As every reader: a garbled pointer, or an older one for a while, changes nothing.
    const usable = received?.kind === 'sound' || (received?.kind === 'damaged' && before === undefined);
    const accepted = usable ? acceptPointer(before, received.pointer, now()) : before;
    held.set(app, { accepted, askedAtMs: now() });
  };

  return {
    async get(app) {
      const known = held.get(app);
      if (known === undefined || now() - known.askedAtMs >= freshMs) {
        const running = loading.get(app) ?? renew(app).finally(() => loading.delete(app));
        loading.set(app, running);
        await running;
      }
      return held.get(app)?.accepted?.pointer;
    },
  };
}

function parse(text: string): ReturnType<typeof readPointer> {
  try {
    return readPointer(JSON.parse(text));
  } catch {
    return undefined;
  }
}
