/** A cookie's value by exact name; the first of that name wins. Undefined where there is none. */
export function cookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > 16_384) return undefined;
  const pairs = header.split(';');
  for (let i = 0; i < pairs.length; i += 1) {
    const pair = pairs[i] ?? '';
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return unquoted(pair.slice(at + 1).trim());
  }
  return undefined;
}

/** The value of a cookie without the quotes that RFC 6265 allows around it. */
export function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, '$1');
}
