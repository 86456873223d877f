/** Where a request says that it comes from. */
export interface Provenance {
  /** `Sec-Fetch-Site`: sent by browsers to HTTPS and to localhost only (Fetch Metadata, W3C). */
  readonly fetchSite: string | undefined;
  readonly origin?: string | undefined;
  /** `Host`, as the browser sent it. */
  readonly host?: string | undefined;
}

/** What is wrong with a provenance; undefined for a page of this very site. Where a browser sends no metadata, its `Origin` tells. */
export function foreign({ fetchSite, origin, host }: Provenance): string | undefined {
  if (fetchSite !== undefined) {
    return fetchSite === 'same-origin' ? undefined : `Sec-Fetch-Site is "${fetchSite.slice(0, 20)}", not "same-origin"`;
  }
  if (origin === undefined) return 'there is neither Sec-Fetch-Site nor Origin: no page has sent it';
  const from = URL.canParse(origin) ? new URL(origin).host : '';
  return from !== '' && from === host ? undefined : `Origin is "${origin.slice(0, 100)}", not this site`;
}
