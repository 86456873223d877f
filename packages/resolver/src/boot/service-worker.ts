import type { PageState } from '../page-state.js';

/** Whether a service worker stands between this page and its site. */
export function isBehindWorker(): boolean {
  return Boolean(navigator.serviceWorker?.controller);
}

/** Visits the caches that a worker may answer from. */
async function visitCaches(visit: (cache: Cache) => Promise<unknown>): Promise<void> {
  if (isBehindWorker()) for (const name of await caches.keys()) await visit(await caches.open(name));
}

/** A worker that keeps whatever it sees would answer with this index for ever. */
export function forgetIndex(indexUrl: string): Promise<void> {
  return visitCaches((cache) => cache.delete(indexUrl));
}

/**
 * Puts the page as the edge serves it now in the place of each page of this shell's version. Where the edge cannot be
 * asked all stays as it is. Files of versions stay as well: their addresses are their versions.
 */
export function renewPages({ app, version }: NonNullable<PageState['shell']>): Promise<void> {
  return visitCaches(async (cache) => {
    for (const request of await cache.keys()) {
      const page = await cache.match(request);
      const isPage = page?.headers.get('content-type')?.includes('html');
      if (!isPage || !(await page?.text())?.includes(`/${app}/${version}/`)) continue;
      // No worker has kept an address that was never asked for.
      const fresh = await fetch(`${location.pathname}?${Date.now()}`, { headers: { accept: 'text/html' } });
      if (fresh.ok) await cache.put(request, fresh);
    }
  });
}
