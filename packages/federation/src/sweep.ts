/** Removes what a version left in the head: the runtime keeps a canary's stylesheets after a fallback. */
export function sweepVersion(app: string, version: string): void {
  const prefix = `/${app}/${version}/`;
  for (const link of document.querySelectorAll('link')) {
    if (new URL(link.href, location.href).pathname.startsWith(prefix)) link.remove();
  }
}
