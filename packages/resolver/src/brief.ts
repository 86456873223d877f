import { getResolver } from './resolver.js';

/** The address of an app's manifest for this page: the decided version's. Undecidable: the unversioned one. */
export async function getMfeManifestUrl(app: string): Promise<string> {
  return (await getResolver().resolve(app))?.manifestUrl ?? `/${app}/mf-manifest.json`;
}

/** Reports an error of an app: its session on this page has failed. Never throws. */
export function reportError(app: string, error: unknown): void {
  getResolver().failed(app, { kind: 'error', error });
}

/** Reports that an app is on screen. */
export function reportReady(app: string): void {
  getResolver().ready(app);
}
