/**
 * Commands: compare-and-swap writes that need no running controller.
 *
 *   import { abortRollout } from '@sluice/controller/commands';
 *   const result = await abortRollout(platform, { app: 'mfe1', actor, reason: 'checkout fails' });
 *   if (result.kind === 'refused') throw result.error;
 */
export { createChecksAskedNow, type CheckGate, type CheckReading, type Checks } from '../checks.js';
export type { Limits, Platform, PlatformApp, PlatformGroup, Superseding, VersionFacts } from '../platform.js';
export { readBaselines, type Known } from '../baselines.js';
export { readHistory, readStatus, type AppStatus, type RolloutStatus } from '../status.js';
export { readChanges, type Changes } from '../changes.js';
export { planGc, runGc, type GcOptions, type GcPlan } from '../collect-garbage.js';
export { blockVersion, type Block } from './block.js';
export { findApp, type Asked, type CommandResult } from './result.js';
export { retryRollout, type Retry } from './retry.js';
export { rollBack, type RollBack } from './roll-back.js';
export { startGroup, type StartGroup } from './start-group.js';
export { startRollout, type Start } from './start.js';
export { readLine, releaseTheLine, stopTheLine, type LineResult } from './stop-the-line.js';
export { abortRollout, advanceRollout, pauseRollout, promoteRollout, resumeRollout, type Steer } from './steer.js';
