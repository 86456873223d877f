/**
 * AWS AppConfig, the brief's fourth strategy. Servers read it; browsers read what is written for them into the store.
 *
 *   import { FeatureFlagService } from '@sluice/aws/appconfig';
 *   const flags = new FeatureFlagService({ place: { application, environment, profile } });
 *   await flags.initialize();
 *   flags.getMfeVersion('mfe1', { subject: 'the value of sluice_id' }); // 'v1.1.0'
 */
export { createAppConfigRouter, type AppConfigRouterOptions } from './app-config-router.js';
export {
  createConfigurationPoll,
  type ConfigurationPoll,
  type ConfigurationPollOptions,
} from './configuration-poll.js';
export { FeatureFlagService, type Visitor } from './feature-flag-service.js';
export type { ConfigurationPlace } from './place.js';
