import {
  CopyDistributionCommand,
  CreateContinuousDeploymentPolicyCommand,
  UpdateContinuousDeploymentPolicyCommand,
  UpdateDistributionCommand,
  UpdateDistributionWithStagingConfigCommand,
  type ContinuousDeploymentPolicyConfig,
  type TrafficConfig,
} from '@aws-sdk/client-cloudfront';
import { DeliveryError, type VersionId } from '@sluice/core';
import { callerReference, withVersion, type Deployment, type Found, type FoundDistribution } from './distributions.js';
import type { Step } from './next-step.js';
import type { SmokeTest } from './smoke-test.js';

export interface Taking {
  readonly deployment: Deployment;
  readonly found: Found;
  readonly smoke: SmokeTest;
  /** How long a visitor stays on the side that he was sent to, 300–3,600 s. */
  readonly stickySeconds: number;
}

type Work = Exclude<Step, { kind: 'done' | 'wait' }>;

/** The header that leads to staging before anybody is sent there; CloudFront demands the beginning of its name. */
const header = (deployment: Deployment) => ({ name: 'aws-cf-cd-sluice', value: deployment.primaryId });

/** One step, one write: each is refused by CloudFront where somebody else has changed what was seen (ETag). */
export async function takeStep(taking: Taking, step: Work): Promise<void> {
  switch (step.kind) {
    case 'refuse-http3':
      throw noHttp3(taking.found.primary.id);
    case 'stop':
      return updatePolicy(taking, { Enabled: false });
    case 'set-primary':
      return setVersion(taking, taking.found.primary, step.version);
    case 'copy':
      return copy(taking);
    case 'set-staging':
      return taking.found.staging && setVersion(taking, taking.found.staging, step.version);
    case 'create-policy':
      return createPolicy(taking);
    case 'attach':
      return attach(taking);
    case 'aim':
      return updatePolicy(taking, { Enabled: true, TrafficConfig: byHeader(taking.deployment) });
    case 'try-and-weigh':
      if (!(await taking.smoke(header(taking.deployment), step.version))) throw notServed(step.version);
      return updatePolicy(taking, { Enabled: true, TrafficConfig: byWeight(taking, step.weight) });
    case 'weigh':
      return updatePolicy(taking, { Enabled: true, TrafficConfig: byWeight(taking, step.weight) });
    case 'promote':
      return promote(taking);
  }
}

async function setVersion({ deployment }: Taking, side: FoundDistribution, version: VersionId): Promise<void> {
  const DistributionConfig = withVersion(deployment.place, side.config, version);
  await deployment.client.send(new UpdateDistributionCommand({ Id: side.id, IfMatch: side.etag, DistributionConfig }));
}

async function copy({ deployment, found }: Taking): Promise<void> {
  const of = { PrimaryDistributionId: found.primary.id, IfMatch: found.primary.etag };
  const CallerReference = callerReference(deployment);
  await deployment.client.send(new CopyDistributionCommand({ ...of, Staging: true, Enabled: true, CallerReference }));
}

async function createPolicy({ deployment, found }: Taking): Promise<void> {
  const ContinuousDeploymentPolicyConfig = {
    Enabled: true,
    StagingDistributionDnsNames: { Quantity: 1, Items: [found.staging?.domain ?? ''] },
    TrafficConfig: byHeader(deployment),
  };
  await deployment.client.send(new CreateContinuousDeploymentPolicyCommand({ ContinuousDeploymentPolicyConfig }));
}

/** A policy cannot be attached when a distribution is made: it is always this write of its own. */
async function attach({ deployment, found }: Taking): Promise<void> {
  const { id, etag, config } = found.primary;
  const DistributionConfig = { ...config, ContinuousDeploymentPolicyId: found.policy?.id ?? '' };
  await deployment.client.send(new UpdateDistributionCommand({ Id: id, IfMatch: etag, DistributionConfig }));
}

async function updatePolicy(
  { deployment, found }: Taking,
  change: Partial<ContinuousDeploymentPolicyConfig>,
): Promise<void> {
  if (found.policy === undefined) return;
  const { id, etag, config } = found.policy;
  const ContinuousDeploymentPolicyConfig = { ...config, ...change };
  await deployment.client.send(
    new UpdateContinuousDeploymentPolicyCommand({ Id: id, IfMatch: etag, ContinuousDeploymentPolicyConfig }),
  );
}

async function promote({ deployment, found: { primary, staging } }: Taking): Promise<void> {
  const IfMatch = `${primary.etag}, ${staging?.etag ?? ''}`;
  const of = { Id: primary.id, StagingDistributionId: staging?.id };
  await deployment.client.send(new UpdateDistributionWithStagingConfigCommand({ ...of, IfMatch }));
}

function byHeader(deployment: Deployment): TrafficConfig {
  const { name, value } = header(deployment);
  return { Type: 'SingleHeader', SingleHeaderConfig: { Header: name, Value: value } };
}

function byWeight({ stickySeconds }: Taking, Weight: number): TrafficConfig {
  const SessionStickinessConfig = { IdleTTL: Math.min(300, stickySeconds), MaximumTTL: stickySeconds };
  return { Type: 'SingleWeight', SingleWeightConfig: { Weight, SessionStickinessConfig } };
}

function noHttp3(id: string): DeliveryError {
  return new DeliveryError({
    code: 'router-behind',
    message: `Distribution ${id} speaks HTTP/3, which continuous deployment of CloudFront forbids.`,
    remedy: "Set its HttpVersion to 'http2', or set router: 'edge' for the app.",
  });
}

function notServed(version: VersionId): DeliveryError {
  return new DeliveryError({
    code: 'router-behind',
    message: `A request with our header is not answered with ${version}: nobody was sent to the staging distribution.`,
    remedy: 'Look at the origin and at `site` of the target; it is tried again with the next tick.',
  });
}
