import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFrontClient, CreateDistributionCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { parseAppId, parseVersionId, placeOf } from '@sluice/core';
import {
  describeWith,
  moto,
  peerCredentials,
  startFaultyProxy,
  type FaultyProxy,
  type RunningPeer,
} from '@sluice/peers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInvalidator } from './invalidator.js';
import { createSmokeTest } from './smoke-test.js';

const fail = (): never => {
  throw new Error('the test is wrong');
};

describeWith([moto], 'invalidation (moto)', () => {
  let peer: RunningPeer;
  let proxy: FaultyProxy;
  beforeAll(async () => {
    peer = await moto.start();
    proxy = await startFaultyProxy(peer.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await peer.stop();
  });

  it('E13 is begun, and being throttled is no error: rollbacks do not depend on it', async () => {
    const connection = { endpoint: proxy.url, credentials: peerCredentials, maxAttempts: 2 };
    const client = new CloudFrontClient({ ...connection, region: 'us-east-1' });
    const DistributionConfig = {
      CallerReference: 'ours',
      Comment: 'MFE Platform',
      Enabled: true,
      Origins: {
        Quantity: 1,
        Items: [{ Id: 'o', DomainName: 'b.s3.amazonaws.com', S3OriginConfig: { OriginAccessIdentity: '' } }],
      },
      DefaultCacheBehavior: { TargetOriginId: 'o', ViewerProtocolPolicy: 'redirect-to-https' as const },
    };
    const made = await client.send(new CreateDistributionCommand({ DistributionConfig }));
    const distributionId = made.Distribution?.Id ?? fail();
    const invalidator = createInvalidator({ distributionId, connection });
    const asked = { paths: ['/mfe1/active-version.json', '/platform-index.json'], reference: 'mfe1-43' };
    expect(await invalidator.invalidate(asked)).toBe('begun');
    const list = await client.send(new ListInvalidationsCommand({ DistributionId: distributionId }));
    expect(list.InvalidationList?.Quantity).toBe(1);
    proxy.decide = () => ({ kind: 'refused', status: 400, code: 'TooManyInvalidationsInProgress' });
    expect(await invalidator.invalidate(asked)).toBe('throttled');
    proxy.decide = () => ({ kind: 'refused', status: 403, code: 'AccessDenied' });
    await expect(invalidator.invalidate(asked)).rejects.toMatchObject({ code: 'access-denied' });
  });
});

describe('the trial of a staging distribution', () => {
  it('passes only where a request with the header is answered by the version', async () => {
    const server = createServer((request, response) => {
      const version = request.headers['aws-cf-cd-sluice'] === 'E1' ? 'v1.1.0' : 'v1.0.0';
      response.end(`<script src="/shell/${version}/assets/index.js"></script>`);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const site = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const smoke = createSmokeTest({ site, place: placeOf(parseAppId('shell') ?? fail()) });
    const v2 = parseVersionId('v1.1.0') ?? fail();
    expect(await smoke({ name: 'aws-cf-cd-sluice', value: 'E1' }, v2)).toBe(true);
    expect(await smoke({ name: 'aws-cf-cd-sluice', value: 'E2' }, v2)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await smoke({ name: 'aws-cf-cd-sluice', value: 'E1' }, v2)).toBe(false);
  });
});
