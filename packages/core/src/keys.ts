import type { AppId, VersionId } from './ids.js';

/** Where an app's objects live in its store: `<prefix>/` or, for the brief's own layout, the store's root (`''`). */
export interface AppPlace {
  readonly app: AppId;
  /** Default: the app's name. */
  readonly prefix: string;
}

/** The app's place with the default prefix: its own name, so that a path is its key. */
export function placeOf(app: AppId, prefix: string = app): AppPlace {
  return { app, prefix };
}

const under = (place: AppPlace, name: string): string => (place.prefix === '' ? name : `${place.prefix}/${name}`);

export const pointerKey = (place: AppPlace): string => under(place, 'active-version.json');
export const historyKey = (place: AppPlace): string => under(place, 'version-history.json');
export const recordKey = (place: AppPlace): string => under(place, 'rollout.json');
export const versionPrefix = (place: AppPlace, version: VersionId): string => under(place, `${version}/`);
export const versionManifestKey = (place: AppPlace, version: VersionId): string =>
  `${versionPrefix(place, version)}version.json`;

/** Which versions telemetry saw, and when last. */
export const versionsSeenKey = (place: AppPlace): string => under(place, 'versions-seen.json');
/** How far notifications about an app were told. */
export const toldKey = (place: AppPlace): string => under(place, 'told.json');
/** How far invalidations of a CDN followed the history of an app. */
export const invalidatedKey = (place: AppPlace): string => under(place, 'invalidated.json');
export const historyArchiveKey = (place: AppPlace, name: string): string =>
  under(place, `version-history/${name}.json`);

/** In the shell's store: one record for each group of apps that move together. */
export const groupKey = (group: string): string => `groups/${group}.json`;
/** In the shell's store: stop-the-line and running slots. */
export const platformKey = 'platform.json';
/** In the shell's store. */
export const indexKey = 'platform-index.json';
/** In the shell's store: what AppConfig serves, as an index for browsers. */
export const appConfigIndexKey = 'appconfig-index.json';
/** In the shell's store: what stable did lately, by app, for rollouts that start. */
export const baselinesKey = 'baselines.json';
/** In the shell's store: marks the root of a local store and carries its schema. */
export const storeMarkerKey = 'sluice-store.json';
