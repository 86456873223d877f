import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';

/** How a service of AWS is reached. Everything is optional: the SDK's default chain finds credentials and region. */
export interface AwsConnection {
  readonly region?: string | undefined;
  /** Another address than AWS's own: any S3-compatible store, or a program for tests. */
  readonly endpoint?: string | undefined;
  /** ARN of a role to take on, by the credentials of the default chain. */
  readonly role?: string | undefined;
  /** Instead of the default chain; for tests. */
  readonly credentials?: AwsCredentialIdentity | undefined;
  /** How often a request is made before it has failed. Default 4. */
  readonly maxAttempts?: number | undefined;
  /** How long one attempt may take. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** The settings of every client of the SDK. */
export function clientSettings(connection: AwsConnection) {
  const { region, endpoint, maxAttempts = 4, timeoutMs = 10_000 } = connection;
  const credentials = credentialsOf(connection);
  return {
    maxAttempts,
    requestHandler: { connectionTimeout: 3000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** Undefined: the SDK's default chain. */
function credentialsOf({
  credentials,
  role,
  region,
}: AwsConnection): AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined {
  if (role === undefined) return credentials;
  let provider: Promise<AwsCredentialIdentityProvider> | undefined;
  // What takes on roles is a client of its own: loaded by who has a role.
  return async (identity) => {
    provider ??= import('@aws-sdk/credential-providers').then(({ fromTemporaryCredentials }) =>
      fromTemporaryCredentials({
        params: { RoleArn: role, RoleSessionName: 'sluice' },
        ...(credentials === undefined ? {} : { masterCredentials: credentials }),
        ...(region === undefined ? {} : { clientConfig: { region } }),
      }),
    );
    return (await provider)(identity);
  };
}
