/**
 * CloudFront: the brief's first strategy, and invalidations.
 *
 *   import { createContinuousDeploymentRouter } from '@sluice/aws/cloudfront';
 *   const router = createContinuousDeploymentRouter({ place, distributionId: 'E2QWRUHAPOMQZL', smoke });
 *   await router.route('shell', pointer); // at most 15 %
 */
export {
  createContinuousDeploymentRouter,
  detachContinuousDeployment,
  type ContinuousDeploymentOptions,
} from './continuous-deployment-router.js';
export { createRollbackInvalidator, type RollbackInvalidatorOptions } from './rollback-invalidator.js';
export { inspectDistribution } from './inspect-distribution.js';
export { createSmokeTest, type SmokeTest } from './smoke-test.js';
export { createInvalidator, type Invalidation, type Invalidator } from './invalidator.js';
