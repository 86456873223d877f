import { CloudFrontClient, CreateInvalidationCommand } from '@aws-sdk/client-cloudfront';
import { failureOf, serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';

export interface Invalidation {
  /** Each begins with `/`; the last character may be `*`. */
  readonly paths: readonly string[];
  /** The same reference and paths again are the same invalidation. */
  readonly reference: string;
}

export interface Invalidator {
  /** `throttled`: too many are in progress. Nothing depends on it: versions never change, and pointers live 5 s. */
  invalidate(invalidation: Invalidation): Promise<'begun' | 'throttled'>;
}

/** The SDK waits in between. */
const throttling = ['TooManyInvalidationsInProgress', 'Throttling', 'ThrottlingException', 'TooManyRequestsException'];

/** Invalidations of a distribution; they are priced, slow and seldom needed: made where the configuration asks for them. */
export function createInvalidator(options: {
  readonly distributionId: string;
  readonly connection?: AwsConnection | undefined;
}): Invalidator {
  const { distributionId, connection = {} } = options;
  const client = new CloudFrontClient({ ...clientSettings(connection), region: 'us-east-1' });
  return {
    invalidate: async ({ paths, reference }) => {
      const InvalidationBatch = { CallerReference: reference, Paths: { Quantity: paths.length, Items: [...paths] } };
      try {
        await client.send(new CreateInvalidationCommand({ DistributionId: distributionId, InvalidationBatch }));
        return 'begun';
      } catch (error) {
        const { name, status } = failureOf(error);
        if (throttling.includes(name) || status === 429) return 'throttled';
        throw serviceError(`Invalidating paths of distribution ${distributionId}`, error);
      }
    },
  };
}
