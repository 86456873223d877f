import type { AppId, VersionId } from '../ids.js';

export type AppKind = 'shell' | 'remote';

export interface VersionFile {
  /** Relative to the version's folder, `/`-separated. */
  readonly path: string;
  /** Bytes, not compressed. */
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Precompressed siblings `<path>.br`, `<path>.gz`, where they pay. */
  readonly encodings?: readonly ('br' | 'gzip')[];
}

export interface SharedDependency {
  readonly name: string;
  readonly version?: string;
  readonly requiredVersion?: string;
  readonly singleton?: boolean;
  readonly strictVersion?: boolean;
}

/** `version.json`: one immutable build, every file of it. */
export interface VersionManifest {
  readonly schema: 1;
  readonly app: AppId;
  readonly version: VersionId;
  readonly kind: AppKind;
  /** `mf-manifest.json` or `index.html`; for a remote without Module Federation what was named. */
  readonly entry: string;
  /** Sorted by path; version.json itself and precompressed siblings are not listed. */
  readonly files: readonly VersionFile[];
  readonly exposes: readonly string[];
  readonly shared: readonly SharedDependency[];
  /** Versions of other apps that it needs, as ranges of semantic versions. */
  readonly needs?: Readonly<Record<string, string>>;
  /** False: it changes what users store, so that only a person takes it back. */
  readonly rollbackSafe?: boolean;
  readonly commit?: string;
  readonly builder?: string;
  /** ISO 8601. */
  readonly publishedAt: string;
}
