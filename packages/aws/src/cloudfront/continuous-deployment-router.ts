import { CloudFrontClient, TagResourceCommand, UpdateDistributionCommand } from '@aws-sdk/client-cloudfront';
import type { AppPlace, Pointer, Router } from '@sluice/core';
import { failureOf, serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';
import { findAll, noteTag, seenIn, type Deployment, type Found } from './distributions.js';
import { nextStep } from './next-step.js';
import type { SmokeTest } from './smoke-test.js';
import { takeStep } from './take-step.js';
import { inabilities, noteOf, readNote, wantedOf } from './wanted.js';

export interface ContinuousDeploymentOptions {
  /** The one app that the distribution's default behaviour serves: a shell. */
  readonly place: AppPlace;
  readonly distributionId: string;
  readonly smoke: SmokeTest;
  /** How long a visitor stays on his side, 300–3,600. Default 3,600. */
  readonly stickySeconds?: number | undefined;
  readonly connection?: AwsConnection | undefined;
}

/** More than any way from one state to another has. */
const mostSteps = 16;

/**
 * CloudFront's continuous deployment, the brief's first strategy: a staging distribution whose only difference is the
 * version behind the default behaviour gets up to 15 % of the visitors. Each call goes on from what is there; it ends
 * early where CloudFront still deploys, and the next one goes on.
 */
export function createContinuousDeploymentRouter(options: ContinuousDeploymentOptions): Router {
  const deployment = deploymentOf(options);
  const { app } = options.place;
  return {
    name: 'cloudfront-continuous-deployment',
    covers: (other) => other === app,
    cannot: inabilities,
    route: (_, pointer) => told(() => route(options, deployment, pointer)),
    served: (asked) => told(() => (asked === app ? served(deployment) : Promise.resolve(undefined))),
  };
}

/** Takes the policy off the distribution, which it goes on serving: before infrastructure code changes it. Idempotent. */
export async function detachContinuousDeployment(options: ContinuousDeploymentOptions): Promise<void> {
  const deployment = deploymentOf(options);
  await told(async () => {
    const { primary } = await findAll(deployment);
    if ((primary.config.ContinuousDeploymentPolicyId ?? '') === '') return;
    const DistributionConfig = { ...primary.config, ContinuousDeploymentPolicyId: '' };
    await deployment.client.send(
      new UpdateDistributionCommand({ Id: primary.id, IfMatch: primary.etag, DistributionConfig }),
    );
  });
}

function deploymentOf({ place, distributionId, connection = {} }: ContinuousDeploymentOptions): Deployment {
  const client = new CloudFrontClient({ ...clientSettings(connection), region: 'us-east-1' });
  return { client, place, primaryId: distributionId };
}

async function route(options: ContinuousDeploymentOptions, deployment: Deployment, pointer: Pointer): Promise<void> {
  const { smoke, stickySeconds = 3600 } = options;
  for (let count = 0; count < mostSteps; count += 1) {
    const found = await findAll(deployment);
    const before = readNote(found.note)?.generation ?? -1;
    if (pointer.generation !== undefined && pointer.generation < before) return;
    const step = nextStep(seenIn(deployment, found), wantedOf(deployment.place.app, pointer));
    if (step.kind === 'wait') return;
    if (step.kind === 'done') return note(deployment, found, pointer);
    try {
      await takeStep({ deployment, found, smoke, stickySeconds }, step);
    } catch (error) {
      if (!isOutdated(error)) throw error;
    }
  }
}

/** Somebody changed it since it was seen, or it is there already: it is looked at again. */
function isOutdated(error: unknown): boolean {
  const { name, status } = failureOf(error);
  return status === 412 || ['PreconditionFailed', 'InvalidIfMatchVersion', 'DistributionAlreadyExists'].includes(name);
}

/** Which pointer was reached. A tag is no configuration: nothing is deployed for it. */
async function note({ client }: Deployment, found: Found, pointer: Pointer): Promise<void> {
  const before = readNote(found.note)?.generation ?? -1;
  const same = found.note === noteOf(pointer, before);
  const text = noteOf(pointer, pointer.generation ?? (same ? before : before + 1));
  if (found.note === text) return;
  const Tags = { Items: [{ Key: noteTag, Value: text }] };
  await client.send(new TagResourceCommand({ Resource: found.primary.arn, Tags }));
}

/** The pointer that was reached, where it is still what the distributions do; else what they do, without a generation. */
async function served(deployment: Deployment): Promise<Pointer | undefined> {
  const found = await findAll(deployment);
  const noted = readNote(found.note);
  if (noted === undefined) return undefined;
  const { primary, staging, policy } = seenIn(deployment, found);
  const step = nextStep({ primary, staging, policy }, wantedOf(deployment.place.app, noted));
  if (step.kind === 'done') return noted;
  if (primary.version === undefined) return undefined;
  const weight = policy?.enabled === true ? (policy.weight ?? 0) : 0;
  const canaryVersion = weight > 0 ? (staging?.version ?? null) : null;
  return { version: primary.version, canaryVersion, canaryPercent: Math.round(weight * 10_000) / 100, lastUpdated: '' };
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw serviceError('Continuous deployment of CloudFront', error);
  }
}
