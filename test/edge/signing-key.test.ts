import { CloudFrontClient, CreateKeyValueStoreCommand } from '@aws-sdk/client-cloudfront';
import { createKeyValueRouter, createSigningKeys } from '@sluice/aws/keyvaluestore';
import { parseAppId, parseVersionId, subjectOf } from '@sluice/core';
import { hmacSha256 } from '@sluice/local';
import { describeWith, ministack, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { v8 } from '../../scripts/conformance/bundle-engines.js';
import { answered, handle, request, type Response } from './cloudfront.js';

const fail = (what: string): never => {
  throw new Error(`the test is wrong: ${what}`);
};
const keyOf = (id: string) => ({ id, secret: id.repeat(16), createdAt: '2026-01-15T10:00:00Z' });

describeWith([ministack], 'the signing keys that the AWS adapter writes', () => {
  let peer: RunningPeer;
  let arn: string;
  let stores = 0;
  beforeAll(async () => {
    peer = await ministack.start();
  });
  afterAll(async () => {
    await peer.stop();
  });
  beforeEach(async () => {
    stores += 1;
    const client = new CloudFrontClient(connection());
    const made = await client.send(new CreateKeyValueStoreCommand({ Name: `signing-${String(stores)}` }));
    arn = made.KeyValueStore?.ARN ?? fail('no ARN');
  });
  const connection = () => ({ region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials });
  const stored = async (): Promise<string> => {
    const answer = await fetch(`${peer.url}/key-value-stores/${encodeURIComponent(arn)}/keys/sluice`);
    return ((await answer.json()) as { readonly Value: string }).Value;
  };

  const keys = (at = arn) => createSigningKeys({ arn: at, connection: connection() });

  it('are what the CloudFront Function signs by, the newest first, and what is read back', async () => {
    const all = [keyOf('k3'), keyOf('k2'), keyOf('k1')];
    expect(await keys().read()).toEqual([]);
    for (const written of [all.slice(2), all.slice(1), all]) {
      await keys().write(written);
      const value = await stored();
      expect(value).not.toContain('createdAt');
      expect(await keys().read()).toEqual(written.map(({ id, secret }) => ({ id, secret })));
      const event = answered(request('/', { cookies: { sluice_id: { value: 'known' } } }));
      const [handled = fail('nothing said')] = await handle(v8, { sluice: value }, [event]);
      const signature = (handled.result as Response).cookies?.['sluice_sig']?.value ?? '';
      const signer = { keys: () => written.slice(0, 1), mac: hmacSha256 };
      const asked = { cookies: `sluice_id=known; sluice_sig=${signature}`, nowS: Math.floor(Date.now() / 1000) };
      expect(subjectOf(signer, asked)).toEqual({ subject: 'known', signature: 'fresh' });
    }
  });

  it('C5 are not lost where apps move at the same time, and lose none of theirs', async () => {
    const version = parseVersionId('v1.0.0') ?? fail('version');
    const pointer = { version, canaryVersion: null, canaryPercent: 0, lastUpdated: '', generation: 3 };
    const apps = Array.from({ length: 4 }, (_, i) => parseAppId(`app${String(i)}`) ?? fail('app'));
    const router = createKeyValueRouter({ arn, connection: connection() });
    await Promise.all([keys().write([keyOf('k1')]), ...apps.map((app) => router.route(app, pointer))]);
    expect(await stored()).toContain('"k1"');
    const served = await Promise.all(apps.map((app) => router.served(app)));
    expect(served.map((one) => one?.generation)).toEqual([3, 3, 3, 3]);
  });

  it.each([
    ['none at all', []],
    ['no id', [{ id: '', secret: 'x'.repeat(32) }]],
    ['an id of other letters', [keyOf('k2'), { id: 'K.1', secret: 'x'.repeat(32) }]],
    ['a short secret', [{ id: 'k1', secret: 'x'.repeat(31) }]],
    ['a secret that does not fit', [{ id: 'k1', secret: 'x'.repeat(900) }]],
  ])('are refused with %s, and no secret is told', async (_, wrong) => {
    await expect(keys().write(wrong)).rejects.toMatchObject({
      code: 'usage',
      message: expect.not.stringContaining('xxx') as string,
    });
    await keys().write([keyOf('k1')]);
    await expect(keys().write(wrong)).rejects.toThrow();
    expect(await stored()).toContain('"k1"');
  });

  it('tell that there is no such store', async () => {
    const missing = keys('arn:aws:cloudfront::000000000000:key-value-store/none');
    await expect(missing.write([keyOf('k1')])).rejects.toMatchObject({ code: 'service-unreachable' });
    await expect(missing.read()).rejects.toMatchObject({ code: 'service-unreachable' });
  });
});
