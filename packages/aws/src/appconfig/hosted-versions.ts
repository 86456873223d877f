import {
  type AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  DeleteHostedConfigurationVersionCommand,
  GetHostedConfigurationVersionCommand,
  paginateListHostedConfigurationVersions,
} from '@aws-sdk/client-appconfig';
import type { FoundPlace } from './place.js';

/** A version of the configuration: AppConfig keeps it as it is for ever, by its number. */
export interface HostedVersion {
  readonly number: number;
  readonly text: string;
}

/** So many stay, for people who look back; the hosted store has room for 1 GB. */
const kept = 100;

const of = ({ applicationId, profileId }: FoundPlace) => ({
  ApplicationId: applicationId,
  ConfigurationProfileId: profileId,
});

/** The newest one, and the numbers of all. */
export async function newestVersion(
  client: AppConfigClient,
  place: FoundPlace,
): Promise<{ readonly newest: HostedVersion | undefined; readonly numbers: readonly number[] }> {
  const numbers: number[] = [];
  for await (const page of paginateListHostedConfigurationVersions({ client }, of(place))) {
    for (const { VersionNumber } of page.Items ?? []) if (VersionNumber !== undefined) numbers.push(VersionNumber);
  }
  const number = Math.max(0, ...numbers);
  return { newest: number === 0 ? undefined : { number, text: await textOfVersion(client, place, number) }, numbers };
}

export async function textOfVersion(client: AppConfigClient, place: FoundPlace, number: number): Promise<string> {
  const version = await client.send(new GetHostedConfigurationVersionCommand({ ...of(place), VersionNumber: number }));
  return new TextDecoder().decode(version.Content);
}

/** Refused by AppConfig (ConflictException) where another version came after the one that it is made from. */
export async function createVersion(
  client: AppConfigClient,
  place: FoundPlace,
  { number, text }: HostedVersion,
): Promise<number> {
  const made = await client.send(
    new CreateHostedConfigurationVersionCommand({
      ...of(place),
      ContentType: 'application/json',
      Content: new TextEncoder().encode(text),
      ...(number === 0 ? {} : { LatestVersionNumber: number }),
    }),
  );
  return made.VersionNumber ?? number + 1;
}

/** Old versions go, a few each time; one that cannot be removed is left to the next time. */
export async function tidyVersions(
  client: AppConfigClient,
  place: FoundPlace,
  numbers: readonly number[],
): Promise<void> {
  const old = numbers.toSorted((a, b) => b - a).slice(kept);
  for (const VersionNumber of old.slice(-5)) {
    await client
      .send(new DeleteHostedConfigurationVersionCommand({ ...of(place), VersionNumber }))
      .catch(() => undefined);
  }
}
