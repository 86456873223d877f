import type { EdgeSettings } from '../edge-settings.js';

// Both functions of CloudFront import `cf`, the one for viewer-response requires `crypto`, and both have `SLUICE` written
// above them, by `sluice edge build`.
declare const SLUICE: EdgeSettings;
export const settings = SLUICE;
