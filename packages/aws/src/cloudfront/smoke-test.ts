import type { AppPlace, VersionId } from '@sluice/core';

/** Whether a request with this header is answered by the version. */
export type SmokeTest = (
  header: { readonly name: string; readonly value: string },
  version: VersionId,
) => Promise<boolean>;

const longestMs = 10_000;

/** Asks the site for its document, with the header that leads to the staging distribution: it names its version's files. */
export function createSmokeTest({ site, place }: { readonly site: string; readonly place: AppPlace }): SmokeTest {
  return async ({ name, value }, version) => {
    const headers = { accept: 'text/html', 'cache-control': 'no-cache', [name]: value };
    try {
      const response = await fetch(site, { headers, signal: AbortSignal.timeout(longestMs) });
      return response.ok && (await response.text()).includes(`/${place.app}/${version}/`);
    } catch {
      return false;
    }
  };
}
