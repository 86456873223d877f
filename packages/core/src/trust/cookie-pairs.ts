/** Every cookie of a request in its order, also where several have one name: who sets a cookie from elsewhere adds one. */
export function cookiePairs(header: string | undefined): readonly { readonly name: string; readonly value: string }[] {
  if (header === undefined || header.length > 16_384) return [];
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }] : [];
  });
}
