import { CloudFrontClient, CreateDistributionCommand, UpdateDistributionCommand } from '@aws-sdk/client-cloudfront';
import { describeWith, moto, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { flawsOf, inspectDistribution } from './inspect-distribution.js';

describeWith([moto], 'what of a distribution is in the way of a rollout (moto)', () => {
  let peer: RunningPeer;
  beforeAll(async () => {
    peer = await moto.start();
  });
  afterAll(() => peer.stop());

  it('says that it is disabled, until it is not', async () => {
    const connection = { endpoint: peer.url, credentials: peerCredentials };
    const client = new CloudFrontClient({ ...connection, region: 'us-east-1' });
    const config = {
      CallerReference: 'doctor',
      Comment: '',
      Enabled: false,
      Origins: {
        Quantity: 1,
        Items: [{ Id: 'o', DomainName: 'b.s3.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } }],
      },
      DefaultCacheBehavior: { TargetOriginId: 'o', ViewerProtocolPolicy: 'redirect-to-https' as const },
    };
    const made = await client.send(new CreateDistributionCommand({ DistributionConfig: config }));
    const Id = made.Distribution?.Id ?? '';
    const flaws = () => inspectDistribution(Id, { isWeighted: true, connection });
    expect(await flaws()).toEqual(['It is disabled: nobody is served. Set Enabled to true.']);
    const DistributionConfig = { ...config, Enabled: true };
    await client.send(new UpdateDistributionCommand({ Id, IfMatch: made.ETag, DistributionConfig }));
    expect(await flaws()).toEqual([]);
    client.destroy();
  });

  it('is an error where there is none', async () => {
    const connection = { endpoint: peer.url, credentials: peerCredentials };
    await expect(inspectDistribution('E2QWRUHAPOMQZL', { isWeighted: false, connection })).rejects.toMatchObject({
      name: 'DeliveryError',
    });
  });
});

// moto has one HttpVersion for all.
it.each([
  ['http2and3', true, ['HttpVersion is http2and3: continuous deployment knows no HTTP/3. Set it to http2.']],
  ['http3', true, ['HttpVersion is http3: continuous deployment knows no HTTP/3. Set it to http2.']],
  ['http2', true, []],
  ['http2and3', false, []],
] as const)('a distribution that speaks %s, with a weight: %s', (HttpVersion, isWeighted, flaws) => {
  expect(flawsOf({ Enabled: true, HttpVersion }, isWeighted)).toEqual(flaws);
});

it('refuses a staging distribution in the place of its primary', () => {
  expect(flawsOf({ Enabled: true, Staging: true }, false)).toEqual([
    'It is a staging distribution: name the primary one in sluice.config.',
  ]);
});
