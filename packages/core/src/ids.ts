declare const brand: unique symbol;
type Branded<T, B extends string> = T & { readonly [brand]: B };

/** `[a-z][a-z0-9-]{0,31}`, not `api`, `sluice` or `constructor`. Made by {@link parseAppId} only. */
export type AppId = Branded<string, 'AppId'>;
/** `v1.2.3`, `v` + 7–40 hex digits, or `pr-<number>-<hex>`. Made by {@link parseVersionId} only. */
export type VersionId = Branded<string, 'VersionId'>;

const APP = /^[a-z][a-z0-9-]{0,31}$/;
// Records are keyed by app, and every object has a `constructor` already.
const RESERVED: readonly string[] = ['api', 'sluice', 'constructor'];
// Semantic Versioning 2.0.0 without build metadata ("+" is not safe in every URL and key); a commit; a preview.
const VERSION =
  /^(v((0|[1-9]\d{0,9})(\.(0|[1-9]\d{0,9})){2}(-((0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(\.(?!$)|$))+)?|[\da-f]{7,40})|pr-[1-9]\d{0,9}-[\da-f]{4,40})$/;

/** The app's name, or undefined where it breaks its rule. */
export function parseAppId(text: unknown): AppId | undefined {
  return typeof text === 'string' && APP.test(text) && !RESERVED.includes(text) ? (text as AppId) : undefined;
}

/** The version's name, or undefined where it breaks its rule. */
export function parseVersionId(text: unknown): VersionId | undefined {
  const obeys = typeof text === 'string' && text.length <= 64 && text.search(VERSION) === 0;
  return obeys ? (text as VersionId) : undefined;
}

/** A preview can be opened by a signed link; it is never started as a rollout. */
export function isPreview(version: VersionId): boolean {
  return version.startsWith('pr-');
}
