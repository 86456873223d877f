/** A cookie of this page by exact name; the browser writes them with `; ` between. */
export function cookie(name: string): string | undefined {
  try {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
    return found?.slice(name.length + 1);
  } catch {
    // A page in a sandbox has none.
  }
}
