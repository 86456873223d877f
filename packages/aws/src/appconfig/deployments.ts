import {
  type AppConfigClient,
  GetEnvironmentCommand,
  paginateListDeployments,
  StartDeploymentCommand,
  type DeploymentSummary,
} from '@aws-sdk/client-appconfig';
import { DeliveryError } from '@sluice/core';
import type { FoundPlace } from './place.js';

/** What was deployed in the environment, as far as it matters. */
export interface SeenDeployments {
  /** Of the newest deployment of any profile; 0 where there is none. */
  readonly latest: number;
  /** AppConfig allows one at a time in an environment, whichever profile it is of. */
  readonly underWay: DeploymentSummary | undefined;
  /** Number of the version of our profile that is served; undefined where none is. */
  readonly served: number | undefined;
}

const moving: readonly (string | undefined)[] = ['VALIDATING', 'DEPLOYING', 'BAKING', 'ROLLING_BACK'];

/** While a deployment bakes everybody has it already; one that was rolled back or reverted serves nobody. */
const serving: readonly (string | undefined)[] = ['COMPLETE', 'BAKING'];

export async function lookAtDeployments(
  client: AppConfigClient,
  { applicationId, environmentId, profileId }: FoundPlace,
  profileName: string,
): Promise<SeenDeployments> {
  const of = { ApplicationId: applicationId, EnvironmentId: environmentId };
  const found: DeploymentSummary[] = [];
  for await (const { Items = [] } of paginateListDeployments({ client }, of)) {
    found.push(...Items);
    // Newest first: what came before the last one that is served does not matter.
    if (isNewestFirst(found) && found.some((one) => serves(one))) break;
  }
  function serves(one: DeploymentSummary): boolean {
    const { ConfigurationProfileId: id, ConfigurationName: name, State } = one;
    return serving.includes(State) && (id === undefined ? name === profileName : id === profileId);
  }
  const newestFirst = found.toSorted((a, b) => numberOf(b) - numberOf(a));
  const version = Number(newestFirst.find(serves)?.ConfigurationVersion);
  return {
    latest: numberOf(newestFirst[0]),
    underWay: newestFirst.find(({ State }) => moving.includes(State)),
    served: Number.isInteger(version) ? version : undefined,
  };
}

const numberOf = (one: DeploymentSummary | undefined): number => one?.DeploymentNumber ?? 0;

function isNewestFirst(found: readonly DeploymentSummary[]): boolean {
  return numberOf(found[0]) >= numberOf(found.at(-1)) && found.length > 1;
}

/** Refused by AppConfig (ConflictException) where another one came first, or is under way. */
export async function startDeployment(
  client: AppConfigClient,
  { applicationId, environmentId, profileId }: FoundPlace,
  about: { readonly version: number; readonly strategyId: string; readonly latest: number },
): Promise<void> {
  await client.send(
    new StartDeploymentCommand({
      ApplicationId: applicationId,
      EnvironmentId: environmentId,
      ConfigurationProfileId: profileId,
      ConfigurationVersion: String(about.version),
      DeploymentStrategyId: about.strategyId,
      Description: 'Sluice',
      ...(about.latest === 0 ? {} : { LatestDeploymentNumber: about.latest }),
    }),
  );
}

/** Throws `router-behind` where the environment has alarm monitors: AppConfig would undo a rollback of ours by them. */
export async function refuseMonitors(client: AppConfigClient, place: FoundPlace): Promise<void> {
  const of = { ApplicationId: place.applicationId, EnvironmentId: place.environmentId };
  const { Monitors = [], Name = place.environmentId } = await client.send(new GetEnvironmentCommand(of));
  if (Monitors.length === 0) return;
  throw new DeliveryError({
    code: 'router-behind',
    message: `The environment "${Name}" of AppConfig has alarm monitors: in an alarm, or without data, AppConfig would take back what Sluice writes, for all apps at once.`,
    remedy: `Take them off (aws appconfig update-environment --application-id ${place.applicationId} --environment-id ${place.environmentId} --monitors '[]'), or give \`deployments\` an environment of their own. Sluice watches alarms itself (\`alarms\`).`,
    details: Monitors.map(({ AlarmArn = '?' }) => AlarmArn),
  });
}
