import { CloudFrontClient, GetDistributionCommand, type DistributionConfig } from '@aws-sdk/client-cloudfront';
import { serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';

/**
 * What of a distribution is in the way of rollouts, in sentences that say what to change; none where all is well.
 * Continuous deployment knows no HTTP/3 (AWS, "CloudFront continuous deployment": quotas and other considerations).
 * Throws `access-denied`, `service-unreachable` and the like, also where there is no such distribution.
 */
export async function inspectDistribution(
  id: string,
  { isWeighted, connection = {} }: { readonly isWeighted: boolean; readonly connection?: AwsConnection },
): Promise<readonly string[]> {
  // CloudFront has one region.
  const client = new CloudFrontClient(clientSettings({ ...connection, region: 'us-east-1' }));
  try {
    const { Distribution } = await client.send(new GetDistributionCommand({ Id: id }));
    return flawsOf(Distribution?.DistributionConfig ?? {}, isWeighted);
  } catch (error) {
    throw serviceError(`Asking CloudFront for the distribution ${id}`, error);
  } finally {
    client.destroy();
  }
}

export function flawsOf(
  { Enabled = false, HttpVersion = 'http2', Staging = false }: Partial<DistributionConfig>,
  isWeighted: boolean,
): readonly string[] {
  return [
    ...(Enabled ? [] : ['It is disabled: nobody is served. Set Enabled to true.']),
    ...(Staging ? ['It is a staging distribution: name the primary one in sluice.config.'] : []),
    ...(isWeighted && HttpVersion.endsWith('3')
      ? [`HttpVersion is ${HttpVersion}: continuous deployment knows no HTTP/3. Set it to http2.`]
      : []),
  ];
}
