/**
 * The controller: reads what is there, decides, writes, again and again.
 *
 *   import { createController } from '@sluice/controller';
 *   const controller = createController({ platform, source, onProblem: console.error });
 *   setInterval(() => void controller.tick(), 1000);
 */
export { createCheckRounds, type CheckRounds, type CheckRoundsOptions } from './check-rounds.js';
export { createController, type Controller, type ControllerOptions } from './controller.js';
export { createApi, listen, type ApiOptions, type ListeningApi } from './http.js';
export { createRolloutGauges, type RolloutGauges } from './rollout-gauges.js';
export { createSeenVersions, type SeenVersions } from './remember-versions.js';
export { allMessengers, createMessenger, type Messenger, type MessengerOptions } from './messenger.js';
export type { UnitState } from './unit.js';
export type { Platform, PlatformApp } from './platform.js';
