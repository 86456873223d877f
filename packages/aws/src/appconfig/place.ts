import {
  type AppConfigClient,
  CreateConfigurationProfileCommand,
  CreateDeploymentStrategyCommand,
  GetConfigurationProfileCommand,
  paginateListApplications,
  paginateListConfigurationProfiles,
  paginateListDeploymentStrategies,
  paginateListEnvironments,
  UpdateConfigurationProfileCommand,
  UpdateDeploymentStrategyCommand,
  type DeploymentStrategy,
} from '@aws-sdk/client-appconfig';
import { DeliveryError } from '@sluice/core';
import { validatorsFor } from './validators.js';

/** Which configuration: each by its name or its id. */
export interface ConfigurationPlace {
  readonly application: string;
  /** One without alarm monitors: AppConfig would undo our rollbacks by them. */
  readonly environment: string;
  /** Of `deployments`, for Sluice alone; made where it is missing. */
  readonly profile: string;
}

/** The same, found: AppConfig's own ids. */
export interface FoundPlace {
  readonly applicationId: string;
  readonly environmentId: string;
  readonly profileId: string;
}

interface Named {
  readonly Id?: string | undefined;
  readonly Name?: string | undefined;
}

/** Finds application, environment and profile; undefined where the profile is not there yet. */
export async function findPlace(client: AppConfigClient, place: ConfigurationPlace): Promise<FoundPlace | undefined> {
  const { applicationId, environmentId } = await findEnvironment(client, place);
  const of = { ApplicationId: applicationId };
  const profile = named(await all(paginateListConfigurationProfiles({ client }, of)), place.profile);
  return profile === undefined ? undefined : { applicationId, environmentId, profileId: profile };
}

/** The same; the profile and its validator are made, or brought in line. Idempotent. */
export async function preparePlace(client: AppConfigClient, place: ConfigurationPlace): Promise<FoundPlace> {
  const found = await findPlace(client, place);
  if (found === undefined) return createProfile(client, place);
  const of = { ApplicationId: found.applicationId, ConfigurationProfileId: found.profileId };
  const profile = await client.send(new GetConfigurationProfileCommand(of));
  if (profile.LocationUri !== 'hosted') {
    throw refused(
      `The profile "${place.profile}" of AppConfig is kept at ${String(profile.LocationUri)}, not by AppConfig itself.`,
      'Name another profile in `appConfig`; it is made where it is missing.',
    );
  }
  const Validators = validatorsFor(place.profile, profile.Validators ?? []);
  if (Validators !== 'in-line') await client.send(new UpdateConfigurationProfileCommand({ ...of, Validators }));
  return found;
}

async function createProfile(client: AppConfigClient, place: ConfigurationPlace): Promise<FoundPlace> {
  const { applicationId, environmentId } = await findEnvironment(client, place);
  const Validators = validatorsFor(place.profile, []);
  const { Id = '' } = await client.send(
    new CreateConfigurationProfileCommand({
      ApplicationId: applicationId,
      Name: place.profile,
      LocationUri: 'hosted',
      Type: 'AWS.Freeform',
      ...(Validators === 'in-line' ? {} : { Validators }),
    }),
  );
  return { applicationId, environmentId, profileId: Id };
}

async function findEnvironment(client: AppConfigClient, { application, environment }: ConfigurationPlace) {
  const applicationId = named(await all(paginateListApplications({ client }, {})), application);
  if (applicationId === undefined) {
    throw refused(
      `There is no application "${application}" in AppConfig.`,
      `Make it: aws appconfig create-application --name ${application}`,
    );
  }
  const of = { ApplicationId: applicationId };
  const environmentId = named(await all(paginateListEnvironments({ client }, of)), environment);
  if (environmentId !== undefined) return { applicationId, environmentId };
  throw refused(
    `Application "${application}" has no environment "${environment}" in AppConfig.`,
    `Make it: aws appconfig create-environment --application-id ${applicationId} --name ${environment}`,
  );
}

const strategyName = 'sluice-all-at-once';
const allAtOnce = {
  DeploymentDurationInMinutes: 0,
  GrowthType: 'LINEAR',
  GrowthFactor: 100,
  FinalBakeTimeInMinutes: 0,
} as const;

/** Our own deployment strategy, made where it is missing: everybody at once, and no time in which alarms revert it. */
export async function prepareStrategy(client: AppConfigClient): Promise<string> {
  const present = (await all(paginateListDeploymentStrategies({ client }, {}))).find(
    ({ Name }) => Name === strategyName,
  );
  if (present?.Id === undefined) {
    const made = { Name: strategyName, ReplicateTo: 'NONE', ...allAtOnce } as const;
    return (await client.send(new CreateDeploymentStrategyCommand(made))).Id ?? '';
  }
  if (!isAllAtOnce(present)) {
    await client.send(new UpdateDeploymentStrategyCommand({ DeploymentStrategyId: present.Id, ...allAtOnce }));
  }
  return present.Id;
}

function isAllAtOnce(strategy: DeploymentStrategy): boolean {
  return Object.entries(allAtOnce).every(([name, value]) => strategy[name as keyof DeploymentStrategy] === value);
}

/** The id, whichever of the two was written; where a name is there twice always the same one. */
function named(items: readonly Named[], written: string): string | undefined {
  const byId = items.find(({ Id }) => Id === written)?.Id;
  return byId ?? items.flatMap(({ Id, Name }) => (Name === written && Id !== undefined ? [Id] : [])).toSorted()[0];
}

async function all<T>(pages: AsyncIterable<{ readonly Items?: readonly T[] | undefined }>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

function refused(message: string, remedy: string): DeliveryError {
  return new DeliveryError({ code: 'router-behind', message, remedy });
}
