/**
 * Takes the pages out of this origin's caches, so that a service worker fetches them anew: a rollback reaches those who
 * have one. Files of versions stay; their addresses are their versions.
 */
export async function dropCachedDocuments(): Promise<void> {
  if (!navigator.serviceWorker?.controller) return;
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      if (response?.headers.get('content-type')?.includes('text/html')) await cache.delete(request);
    }
  }
}
