import { isPreview, parseVersionId, versionManifestKey, type AppPlace, type Store } from '@sluice/core';
import type { Context } from '../context.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

/**
 * Asks the site, as a stranger, for a preview of each app: an edge that is older than links, or that stands in front of a part
 * of the paths only, would give it to everybody.
 */
export async function checkPreviews({ target, store, platform }: Context): Promise<readonly Finding[]> {
  const check = 'previews';
  if (target.kind === 'local' || target.site === undefined) return [];
  const { site } = target;
  try {
    const manifests = (await Promise.all(platform.apps.map(({ place }) => previewOf(store, place)))).flat();
    const open = await Promise.all(manifests.map((manifest) => isOpen(store, site, manifest)));
    const details = manifests.flatMap(({ path }, i) => (open[i] === true ? [new URL(path, site).href] : []));
    if (manifests.length === 0) return [];
    if (details.length === 0) return [fine(check, `${site} gives their files to nobody without a link`)];
    const text = `${site} gives files of previews to everybody.`;
    const remedy =
      'Build and deploy the edge anew (`sluice edge build`), for all behaviours of the distribution; of CloudFront viewer-response first.';
    return [wrong(check, { code: 'previews-open', text, remedy, details })];
  } catch (error) {
    return [fromError(check, error)];
  }
}

interface Manifest {
  readonly key: string;
  /** Of the address. */
  readonly path: string;
}

/** The `version.json` of one of its previews, or none. */
async function previewOf(store: Store, place: AppPlace): Promise<readonly Manifest[]> {
  const above = place.prefix === '' ? '' : `${place.prefix}/`;
  for (const { key } of await store.list(`${above}pr-`)) {
    const version = parseVersionId(key.slice(above.length).split('/')[0]);
    if (version === undefined || !isPreview(version) || key !== versionManifestKey(place, version)) continue;
    return [{ key, path: `/${place.app}/${version}/version.json` }];
  }
  return [];
}

/** Whether a stranger gets it: another answer with a status of 200 may be the page of an error. */
async function isOpen(store: Store, site: string, { key, path }: Manifest): Promise<boolean> {
  try {
    const response = await fetch(new URL(path, site), { redirect: 'manual', signal: AbortSignal.timeout(5000) });
    const got = Buffer.from(await response.arrayBuffer());
    const stored = await store.read(key);
    return response.ok && stored !== undefined && got.equals(stored.bytes);
  } catch {
    return false;
  }
}
