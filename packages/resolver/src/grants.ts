/**
 * What the edge has verified of this visitor, told with the document: `Server-Timing: sluice;desc="staff mfe1@pr-12-abcd"`.
 * A cookie alone could be anybody's: a neighbour domain can set one. Empty without an edge that has keys.
 */
export function grants(): readonly string[] {
  const document = performance.getEntriesByType?.('navigation')[0] as PerformanceNavigationTiming | undefined;
  const told = document?.serverTiming?.find(({ name }) => name === 'sluice')?.description;
  return told ? told.split(' ') : [];
}

/** The version that a signed link opens of an app, in the place of what would be decided. */
export function previewOf(app: string): string | undefined {
  return grants()
    .find((grant) => grant.startsWith(`${app}@`))
    ?.slice(app.length + 1);
}
