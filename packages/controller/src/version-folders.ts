import type { AppPlace, ListedObject, Store, VersionId } from '@sluice/core';
import { parseVersionId, versionManifestKey, versionPrefix } from '@sluice/core';
import { parseVersionManifest } from '@sluice/schema';

/** What gc wrote into a folder: the store knows no age of its objects, and a publish that runs looks like a torn one. */
export type GcNote =
  /** gc began to remove it. */
  | { readonly kind: 'removing' }
  /** gc found it so at a time (epoch milliseconds): without `version.json`, with so many files and bytes. */
  | { readonly kind: 'incomplete'; readonly sinceMs: number; readonly files: number; readonly bytes: number };

/** All files below one version's name. */
export interface VersionFolder {
  readonly version: VersionId;
  /** Without the note of gc. */
  readonly files: readonly ListedObject[];
  readonly bytes: number;
  /** `published`: it has its `version.json`, with a time (epoch milliseconds) where it can be read. */
  readonly state:
    | { readonly kind: 'published'; readonly publishedAtMs: number | undefined }
    | { readonly kind: 'incomplete'; readonly note: GcNote | undefined };
}

export async function readVersionFolders(store: Store, place: AppPlace): Promise<readonly VersionFolder[]> {
  const prefix = place.prefix === '' ? '' : `${place.prefix}/`;
  const found = new Map<VersionId, ListedObject[]>();
  for (const object of await store.list(prefix)) {
    const [name, ...rest] = object.key.slice(prefix.length).split('/');
    const version = rest.length === 0 ? undefined : parseVersionId(name);
    if (version !== undefined) found.set(version, [...(found.get(version) ?? []), object]);
  }
  const folders: VersionFolder[] = [];
  for (const [version, objects] of found) folders.push(await folderOf(store, { place, version, objects }));
  return folders;
}

/** One folder as it is now. */
export async function readVersionFolder(store: Store, place: AppPlace, version: VersionId): Promise<VersionFolder> {
  return folderOf(store, { place, version, objects: await store.list(versionPrefix(place, version)) });
}

interface Listed {
  readonly place: AppPlace;
  readonly version: VersionId;
  readonly objects: readonly ListedObject[];
}

async function folderOf(store: Store, { place, version, objects }: Listed): Promise<VersionFolder> {
  const noteKey = noteKeyOf(place, version);
  const manifestKey = versionManifestKey(place, version);
  const files = objects.filter(({ key }) => key !== noteKey);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.some(({ key }) => key === manifestKey)) {
    const publishedAtMs = await publishedAtOf(store, manifestKey);
    return { version, files, bytes, state: { kind: 'published', publishedAtMs } };
  }
  const note = files.length < objects.length ? await readNote(store, noteKey) : undefined;
  return { version, files, bytes, state: { kind: 'incomplete', note } };
}

async function publishedAtOf(store: Store, key: string): Promise<number | undefined> {
  const found = await store.read(key);
  const manifest = found && parseVersionManifest(new TextDecoder().decode(found.bytes));
  const at = manifest?.kind === 'ok' ? Date.parse(manifest.value.publishedAt) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

const noteKeyOf = (place: AppPlace, version: VersionId): string =>
  `${versionPrefix(place, version)}sluice-gc-note.json`;

async function readNote(store: Store, key: string): Promise<GcNote | undefined> {
  const found = await store.read(key);
  try {
    const note = JSON.parse(new TextDecoder().decode(found?.bytes)) as Partial<Record<string, unknown>> | null;
    if (note?.['kind'] === 'removing') return { kind: 'removing' };
    const { sinceMs, files, bytes } = note ?? {};
    if (typeof sinceMs !== 'number' || typeof files !== 'number' || typeof bytes !== 'number') return undefined;
    return { kind: 'incomplete', sinceMs, files, bytes };
  } catch {
    return undefined;
  }
}

export async function writeNote(
  store: Store,
  { place, version, note }: { readonly place: AppPlace; readonly version: VersionId; readonly note: GcNote },
): Promise<void> {
  await store.write(noteKeyOf(place, version), new TextEncoder().encode(`${JSON.stringify(note)}\n`));
}

const settledAfterMs = 86_400_000;

/** Of a folder that is not whole: gc left it half removed, or nothing changed in it for a day. */
export function isLeftover(folder: VersionFolder, nowMs: number): boolean {
  const note = folder.state.kind === 'incomplete' ? folder.state.note : undefined;
  if (note?.kind === 'removing') return true;
  return note !== undefined && isNoted(folder) && nowMs - note.sinceMs >= settledAfterMs;
}

/** Whether the note is of the folder as it is. */
export function isNoted({ state, files, bytes }: VersionFolder): boolean {
  const note = state.kind === 'incomplete' ? state.note : undefined;
  return note?.kind === 'incomplete' && note.files === files.length && note.bytes === bytes;
}

/**
 * `version.json` goes first: from then on the version is not published, so that a crash leaves nothing that is served
 * as whole. The note goes last: until then the next run knows that the rest is its own.
 */
export async function removeFolder(store: Store, place: AppPlace, folder: VersionFolder): Promise<void> {
  const { version, files } = folder;
  await writeNote(store, { place, version, note: { kind: 'removing' } });
  await store.remove(versionManifestKey(place, version));
  for (const { key } of files) await store.remove(key);
  await store.remove(noteKeyOf(place, version));
}
