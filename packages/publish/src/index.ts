/**
 * Checks a build, rewrites a shell, and puts it into a store once and for ever.
 *
 *   import { publishVersion } from '@sluice/publish';
 *   const result = await publishVersion({ store, place, kind: 'remote', version, dir: 'dist', now: Date.now });
 *   if (result.kind === 'refused') for (const { place, problem, remedy } of result.problems) …
 */
export { prepareAdoption, type Adoption, type AdoptionInput } from './adopt/prepare-adoption.js';
export { readBootScript } from './boot-script.js';
export { copyVersion, type CopyInput, type CopyResult } from './copy-version.js';
export type { Progress } from './progress.js';
export { visitorWordsIn } from './visitor-words.js';
export { publishVersion, type PublishInput, type PublishResult } from './publish-version.js';
export { createRegionRouter, type RegionRouterOptions } from './region-router.js';
export type { Problem } from './scan.js';
export { readVersionManifest, verifyVersion, type VersionInput } from './verify.js';
export { preflight, type PreflightInput } from './preflight/preflight.js';
export type { AskEdge, Served } from './preflight/check-served.js';
export type { PreflightCheck, PreflightNote, PreflightProblem, PreflightReport } from './preflight/report.js';
