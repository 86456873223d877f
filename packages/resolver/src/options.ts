export interface PageOptions {
  /** Default `/platform-index.json`. */
  readonly indexUrl?: string;
  /** How long the index, and each step in loading an app, may take at least. Default 2,000. */
  readonly timeoutMs?: number;
  /** The version of an app to use where nothing can be read. */
  readonly defaults?: Readonly<Record<string, string>>;
  /** Who is assigned. Default: the device, by its cookie; see `@sluice/resolver/identity` for others. */
  readonly subject?: () => string | undefined;
  /** The visitor's region, for pointers with `enabledRegions`. */
  readonly region?: string;
  /** Hashes of the visitor that may be in an `allowList`. */
  readonly hashes?: readonly string[];
  /** Audiences that the visitor belongs to. */
  readonly claims?: readonly string[];
}
