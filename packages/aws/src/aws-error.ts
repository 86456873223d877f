import { DeliveryError } from '@sluice/core';

/** What the SDK threw, as far as it can be told. */
export interface AwsFailure {
  /** Name of the error, such as `AccessDenied`; `unknown` where there is none. */
  readonly name: string;
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** How often the request was made. */
  readonly attempts: number;
  readonly text: string;
}

export function failureOf(error: unknown): AwsFailure {
  if (!(error instanceof Error)) return { name: 'unknown', status: undefined, attempts: 1, text: String(error) };
  const { $metadata, name, message } = error as Error & {
    readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  };
  return { name, status: $metadata?.httpStatusCode, attempts: $metadata?.attempts ?? 1, text: message };
}

const badCredentials = [
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
  'UnrecognizedClientException',
];
const denied = ['AccessDenied', 'AccessDeniedException', 'AllAccessDisabled', 'NotAuthorized', 'AuthorizationError'];
const skewed = ['RequestTimeTooSkewed', 'RequestExpired', 'InvalidSignatureException'];

/** What is wrong that no service has to itself: credentials, permissions, clocks; undefined where it is none of these. */
export function commonError(what: string, error: unknown): DeliveryError | undefined {
  const { name, status, text } = failureOf(error);
  if (badCredentials.includes(name)) {
    return new DeliveryError({
      code: 'credentials-invalid',
      message: `${what}: AWS does not take the credentials (${name}).`,
      remedy: 'Sign in again (`aws sso login`, or set AWS_PROFILE), and look at `role` of the target. Nothing is lost.',
      cause: error,
    });
  }
  if (skewed.includes(name)) {
    return new DeliveryError({
      code: 'credentials-invalid',
      message: `${what}: AWS refuses the signature (${name}): the clock of this machine is wrong.`,
      remedy: 'Set it by NTP, then run the same command again.',
      cause: error,
    });
  }
  if (denied.includes(name) || status === 403) {
    return new DeliveryError({
      code: 'access-denied',
      message: `${what}: access is denied. ${firstLine(text)}`,
      remedy: 'Allow it in the policy of the role, or look at `role` and `account` of the target.',
      cause: error,
    });
  }
  return undefined;
}

/** Any other failure of a service: told with what it said. */
export function serviceError(what: string, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const common = commonError(what, error);
  if (common !== undefined) return common;
  const { name, status, text } = failureOf(error);
  return new DeliveryError({
    code: 'service-unreachable',
    message: `${what} failed (${status === undefined ? name : `${name}, ${String(status)}`}): ${firstLine(text)}`,
    remedy: 'Try again; look at `region` and `endpoint` of the target if it stays so.',
    cause: error,
  });
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 300) ?? '';
}
