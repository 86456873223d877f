/** A cookie's value by exact name; the first of that name wins. Undefined where there is none. */
export function cookie(header: string | undefined, name: string): string | undefined {
  if (header === undefined || header.length > 16_384) return undefined;
  // Most names are not there at all: only pairs in which the name stands are looked at.
  for (let found = header.indexOf(name); found >= 0;) {
    const next = header.indexOf(';', found);
    const end = next < 0 ? header.length : next;
    const equals = header.indexOf('=', found);
    if (equals > 0 && equals < end && header.slice(header.lastIndexOf(';', found) + 1, equals).trim() === name) {
      return unquoted(header.slice(equals + 1, end).trim());
    }
    found = header.indexOf(name, end);
  }
  return undefined;
}

/** The value of a cookie without the quotes that RFC 6265 allows around it. */
export function unquoted(value: string): string {
  return value.startsWith('"') ? value.replace(/^"(.*)"$/, '$1') : value;
}
