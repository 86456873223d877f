/** Versions that a label may name: what pages claim must not make series without end. */
export interface KnownVersions {
  /** Told by whoever reads pointers and records. */
  know(app: string, versions: readonly string[]): void;
  /** The version, or `other`. */
  labelOf(app: string, version: string): string;
}

const mostPerApp = 20;

export function createKnownVersions(): KnownVersions {
  const known = new Map<string, Set<string>>();
  return {
    know(app, versions) {
      const of = known.get(app) ?? new Set<string>();
      known.set(app, of);
      for (const version of versions) {
        // Again at the end: what was not named for longest is forgotten first.
        of.delete(version);
        of.add(version);
      }
      for (const oldest of of) {
        if (of.size <= mostPerApp) break;
        of.delete(oldest);
      }
    },
    labelOf: (app, version) => (known.get(app)?.has(version) === true ? version : 'other'),
  };
}
