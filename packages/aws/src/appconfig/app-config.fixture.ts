import { CreateApplicationCommand, CreateEnvironmentCommand, AppConfigClient } from '@aws-sdk/client-appconfig';
import { parseAppId, parseVersionId, type AppId, type Pointer, type VersionId } from '@sluice/core';
import { peerCredentials } from '@sluice/peers';
import type { ConfigurationPlace } from './place.js';

const wrong = (): never => {
  throw new Error('the test is wrong');
};

export const appOf = (name: string): AppId => parseAppId(name) ?? wrong();
export const versionOf = (name: string): VersionId => parseVersionId(name) ?? wrong();
export const mfe1 = appOf('mfe1');

export const pointer = (more: object = {}): Pointer => ({
  version: versionOf('v1.0.0'),
  canaryVersion: versionOf('v1.1.0'),
  canaryPercent: 5,
  lastUpdated: '2026-01-15T10:00:00Z',
  ...more,
});

/** As the brief has it. */
export const briefPlace: ConfigurationPlace = {
  application: 'mfe-platform',
  environment: 'production',
  profile: 'deployment-config',
};

export const connectionTo = (endpoint: string) => ({
  region: 'us-east-1',
  endpoint,
  credentials: peerCredentials,
  maxAttempts: 1,
});

/** An application with an environment, as infrastructure code makes them. */
export async function newPlace(endpoint: string, application: string): Promise<ConfigurationPlace> {
  const client = new AppConfigClient(connectionTo(endpoint));
  const { Id } = await client.send(new CreateApplicationCommand({ Name: application }));
  await client.send(new CreateEnvironmentCommand({ ApplicationId: Id, Name: 'production' }));
  return { ...briefPlace, application };
}
