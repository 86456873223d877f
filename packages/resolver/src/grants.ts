/**
 * What the edge has verified of this visitor, told with the document: `Server-Timing: sluice;desc="staff mfe1@pr-12-abcd"`.
 * A cookie alone could be anybody's: a neighbour domain can set one. Empty without an edge that has keys.
 */
export function grants(): readonly string[] {
  const document = performance.getEntriesByType?.('navigation')[0] as PerformanceNavigationTiming | undefined;
  const told = document?.serverTiming?.find(({ name }) => name === 'sluice')?.description;
  return told ? told.split(' ') : [];
}

/** Whether a signed link has opened this version in this browser. */
export function isByLink(app: string, version: string): boolean {
  return grants().includes(`${app}@${version}`);
}
