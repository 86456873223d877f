// Part of nginx's edge: see choose-version.ts of packages/edge on how it is written.

export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

/** Every cookie of a request in its order, also where several have one name: who sets a cookie from elsewhere adds one. */
export function cookiePairs(header: string | undefined): readonly CookiePair[] {
  if (header === undefined || header.length > 16_384) return [];
  return header.split(';').map(pairOf).filter(hasName);
}

function pairOf(text: string): CookiePair {
  const at = text.indexOf('=');
  return { name: text.slice(0, Math.max(0, at)).trim(), value: text.slice(at + 1).trim() };
}

function hasName(pair: CookiePair): boolean {
  return pair.name !== '';
}
