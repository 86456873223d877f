import { CloudFrontClient, CreateKeyValueStoreCommand } from '@aws-sdk/client-cloudfront';
import { createKeyValueRouter } from '@sluice/aws/keyvaluestore';
import { decide, parseAppId, parseVersionId, type AppId, type Pointer } from '@sluice/core';
import { describeWith, ministack, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v8 } from '../../scripts/conformance/bundle-engines.js';
import { asked, handle, request, type Request } from './cloudfront.js';

// What the AWS adapter writes is what the CloudFront Function reads: the value goes through a key-value store of
// MiniStack, and into the bundle as it came out of it.

const fail = (what: string): never => {
  throw new Error(`the test is wrong: ${what}`);
};
const appOf = (name: string): AppId => parseAppId(name) ?? fail(name);
const versionOf = (name: string) => parseVersionId(name) ?? fail(name);

const pointer = (more: object = {}): Pointer => ({
  version: versionOf('v1.0.0'),
  canaryVersion: versionOf('v1.1.0'),
  canaryPercent: 50,
  lastUpdated: '2026-01-15T10:00:00Z',
  metadata: { commitSha: 'abc123', deployedBy: 'ci-pipeline' },
  schema: 1,
  generation: 42,
  assignment: 'v1',
  salt: 'shell@v1.1.0',
  rolloutId: 'id-0001',
  ...more,
});

describeWith([ministack], 'the entry that the AWS adapter writes', () => {
  let peer: RunningPeer;
  beforeAll(async () => {
    peer = await ministack.start();
  });
  afterAll(async () => {
    await peer.stop();
  });

  it.each([
    ['a canary', {}],
    ['nobody on trial', { canaryVersion: null, canaryPercent: 0 }],
    ['a blocked canary', { blocked: [versionOf('v0.9.0'), versionOf('v1.1.0')] }],
    ['other regions', { enabledRegions: ['us'] }],
    ['an audience', { audience: 'staff' }],
    ["a human's pointer", { generation: undefined, salt: undefined, rolloutId: undefined }],
  ])('is decided by in the CloudFront Function as by the pointer: %s', async (_, more) => {
    const shell = appOf('shell');
    const wanted = pointer(more);
    const connection = { region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials };
    const Name = `entries-${String(Math.trunc(performance.now() * 1000))}`;
    const made = await new CloudFrontClient(connection).send(new CreateKeyValueStoreCommand({ Name }));
    const arn = made.KeyValueStore?.ARN ?? fail('no ARN');
    await createKeyValueRouter({ arn, connection }).route(shell, wanted);
    const stored = await fetch(`${peer.url}/key-value-stores/${encodeURIComponent(arn)}/keys/shell`);
    const { Value } = (await stored.json()) as { readonly Value: string };
    const subjects = Array.from({ length: 20 }, (_unused, i) => `id${String(i)}`);
    const events = subjects.map((id) => asked(request('/orders/17', { cookies: { sluice_id: { value: id } } })));
    const handled = await handle(v8, { shell: Value }, events);
    expect(handled.map(({ result }) => (result as Request).uri)).toEqual(
      subjects.map((subject) => `/shell/${decide({ app: 'shell', pointer: wanted, subject }).version}/index.html`),
    );
  });
});
