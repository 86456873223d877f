import {
  GetContinuousDeploymentPolicyCommand,
  GetDistributionCommand,
  ListTagsForResourceCommand,
  paginateListDistributions,
  ListContinuousDeploymentPoliciesCommand,
  type CloudFrontClient,
  type ContinuousDeploymentPolicyConfig,
  type DistributionConfig,
} from '@aws-sdk/client-cloudfront';
import { parseVersionId, type AppPlace, type VersionId } from '@sluice/core';
import type { Seen, Side } from './next-step.js';

/** Where the two distributions are. */
export interface Deployment {
  readonly client: CloudFrontClient;
  readonly place: AppPlace;
  readonly primaryId: string;
}

export interface FoundDistribution {
  readonly id: string;
  readonly arn: string;
  readonly etag: string;
  readonly domain: string;
  readonly deployed: boolean;
  readonly config: DistributionConfig;
}

interface FoundPolicy {
  readonly id: string;
  readonly etag: string;
  readonly config: ContinuousDeploymentPolicyConfig;
}

/** What is there, with what is needed to change it. */
export interface Found {
  readonly primary: FoundDistribution;
  readonly staging: FoundDistribution | undefined;
  readonly policy: FoundPolicy | undefined;
  readonly note: string | undefined;
}

/** Staging distributions of ours are told by it, also after a crash right after they were made. */
export function callerReference({ primaryId }: Deployment): string {
  return `sluice-staging-of-${primaryId}`;
}

export const noteTag = 'sluice-pointer';

export async function findAll(deployment: Deployment): Promise<Found> {
  const { client, primaryId } = deployment;
  const primary = await findDistribution(client, primaryId);
  const staging = await findStaging(deployment);
  const { Tags } = await client.send(new ListTagsForResourceCommand({ Resource: primary.arn }));
  const note = Tags?.Items?.find(({ Key }) => Key === noteTag)?.Value;
  return { primary, staging, policy: await findPolicy(client, { primary, staging }), note };
}

async function findDistribution(client: CloudFrontClient, id: string): Promise<FoundDistribution> {
  const { Distribution, ETag = '' } = await client.send(new GetDistributionCommand({ Id: id }));
  const config = Distribution?.DistributionConfig;
  if (Distribution === undefined || config === undefined) throw new Error(`the answer has no distribution ${id}`);
  const { ARN = '', DomainName = '', Status } = Distribution;
  return { id, arn: ARN, etag: ETag, domain: DomainName, deployed: Status === 'Deployed', config };
}

async function findStaging(deployment: Deployment): Promise<FoundDistribution | undefined> {
  const { client } = deployment;
  for await (const { DistributionList } of paginateListDistributions({ client }, {})) {
    for (const { Id = '', Staging } of DistributionList?.Items ?? []) {
      const found = Staging === true ? await findDistribution(client, Id) : undefined;
      if (found?.config.CallerReference === callerReference(deployment)) return found;
    }
  }
  return undefined;
}

/** The attached one, else one that leads to our staging distribution: a crash came between making and attaching it. */
async function findPolicy(
  client: CloudFrontClient,
  { primary, staging }: Pick<Found, 'primary' | 'staging'>,
): Promise<FoundPolicy | undefined> {
  const attached = primary.config.ContinuousDeploymentPolicyId ?? '';
  const id = attached === '' ? await policyLeadingTo(client, staging?.domain) : attached;
  if (id === undefined) return undefined;
  const { ContinuousDeploymentPolicy, ETag = '' } = await client.send(
    new GetContinuousDeploymentPolicyCommand({ Id: id }),
  );
  const config = ContinuousDeploymentPolicy?.ContinuousDeploymentPolicyConfig;
  return config && { id, etag: ETag, config };
}

async function policyLeadingTo(client: CloudFrontClient, domain: string | undefined): Promise<string | undefined> {
  if (domain === undefined) return undefined;
  const { ContinuousDeploymentPolicyList } = await client.send(new ListContinuousDeploymentPoliciesCommand({}));
  const policies = (ContinuousDeploymentPolicyList?.Items ?? []).map((item) => item.ContinuousDeploymentPolicy);
  const leads = policies.find((policy) =>
    policy?.ContinuousDeploymentPolicyConfig?.StagingDistributionDnsNames?.Items?.includes(domain),
  );
  return leads?.Id;
}

export function seenIn({ place }: Deployment, { primary, staging, policy }: Found): Seen {
  const { ContinuousDeploymentPolicyId: policyId = '', HttpVersion = 'http1.1' } = primary.config;
  return {
    primary: {
      ...sideOf(place, primary),
      policyId: policyId === '' ? undefined : policyId,
      http3: HttpVersion.includes('3'),
    },
    staging: staging && sideOf(place, staging),
    policy: policy && {
      id: policy.id,
      enabled: policy.config.Enabled ?? false,
      weight:
        policy.config.TrafficConfig?.Type === 'SingleWeight'
          ? (policy.config.TrafficConfig.SingleWeightConfig?.Weight ?? 0)
          : null,
    },
  };
}

function sideOf(place: AppPlace, { id, deployed, config }: FoundDistribution): Side {
  return { id, deployed, version: versionIn(place, config) };
}

/** What the default behaviour's origin serves: its path is the folder of a version. */
function versionIn(place: AppPlace, config: DistributionConfig): VersionId | undefined {
  const target = config.DefaultCacheBehavior?.TargetOriginId;
  const path = config.Origins?.Items?.find(({ Id }) => Id === target)?.OriginPath ?? '';
  const before = place.prefix === '' ? '/' : `/${place.prefix}/`;
  return path.startsWith(before) ? parseVersionId(path.slice(before.length)) : undefined;
}

/** The same configuration with another version behind the default behaviour; nothing else differs. */
export function withVersion(place: AppPlace, config: DistributionConfig, version: VersionId): DistributionConfig {
  const target = config.DefaultCacheBehavior?.TargetOriginId;
  const OriginPath = place.prefix === '' ? `/${version}` : `/${place.prefix}/${version}`;
  const Items = config.Origins?.Items?.map((origin) => (origin.Id === target ? { ...origin, OriginPath } : origin));
  return { ...config, Origins: { Quantity: Items?.length ?? 0, Items: Items ?? [] } };
}
