import { DeliveryError } from '@sluice/core';

const longestMs = 20_000;
const largestBytes = 50 * 1024 * 1024;

/** Files of a site that is live. A page in the place of a file is none: hosts answer so for what they do not have. */
export function fetchLive(site: URL): (url: string) => Promise<Uint8Array | undefined> {
  return async (url) => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(longestMs) });
      const isPage = response.headers.get('content-type')?.includes('text/html') === true;
      if (!response.ok || (isPage && !/(\.html|\/)$/.test(new URL(url).pathname))) {
        await response.body?.cancel();
        return undefined;
      }
      const bytes = new Uint8Array(await response.arrayBuffer());
      return bytes.length > largestBytes ? undefined : bytes;
    } catch (cause) {
      throw new DeliveryError({
        code: 'store-unreachable',
        message: `"${url}" cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
        remedy: `Is ${site.origin} up, and can this machine reach it? Or name the folder of the build.`,
        cause,
      });
    }
  };
}
