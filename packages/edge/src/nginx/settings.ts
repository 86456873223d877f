import type { EdgeSettings } from '../edge-settings.js';

// `SLUICE` is written above the adapter by `sluice edge build`.
declare const SLUICE: EdgeSettings & {
  /** The store's folder; undefined where files come from an origin. */
  readonly root?: string;
  /** The file of the keys. */
  readonly keys?: string;
};
export const settings = SLUICE;
