import type { CommandResult } from '@sluice/controller/commands';
import { DeliveryError, parseVersionId, type AppPlace, type Store } from '@sluice/core';

const most = 8;

/** A refusal of a version that is not published also says which ones are. */
export async function withPublished(
  result: CommandResult,
  { store, place }: { readonly store: Store; readonly place: AppPlace },
): Promise<CommandResult> {
  if (result.kind !== 'refused' || result.error.code !== 'version-not-found') return result;
  const versions = await publishedVersions(store, place);
  if (versions.length === 0) return result;
  const { code, message, remedy, details } = result.error;
  const more = `${remedy.replace(/\.$/, '')}, or choose one of ${versions.slice(-most).join(', ')}.`;
  return { kind: 'refused', error: new DeliveryError({ code, message, remedy: more, details }) };
}

/** The refusal of a version that is not there, with those that are. */
export async function notPublished(at: { readonly store: Store; readonly place: AppPlace }, version: string) {
  const error = new DeliveryError({
    code: 'version-not-found',
    message: `Version "${version}" of "${at.place.app}" is not published.`,
    remedy: `Publish it with \`sluice publish dist --app ${at.place.app} --version ${version}\`.`,
  });
  const result = await withPublished({ kind: 'refused', error }, at);
  return result.kind === 'refused' ? result.error : error;
}

/** Versions with a `version.json`: without it a version does not exist. Numbers in their order. */
async function publishedVersions(store: Store, place: AppPlace): Promise<readonly string[]> {
  const prefix = place.prefix === '' ? '' : `${place.prefix}/`;
  const versions = (await store.list(prefix)).flatMap(({ key }) => {
    const [version = '', file, ...deeper] = key.slice(prefix.length).split('/');
    return file === 'version.json' && deeper.length === 0 && parseVersionId(version) !== undefined ? [version] : [];
  });
  const order = new Intl.Collator('en', { numeric: true });
  return versions.toSorted((a, b) => order.compare(a, b));
}
