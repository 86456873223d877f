import { CloudFrontClient, CreateKeyValueStoreCommand } from '@aws-sdk/client-cloudfront';
import { routerContract } from '@sluice/contracts';
import { edgeEntryOf, parseAppId, parseVersionId, type Pointer, type Router } from '@sluice/core';
import {
  describeWith,
  ministack,
  peerCredentials,
  startFaultyProxy,
  type FaultyProxy,
  type RunningPeer,
} from '@sluice/peers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fittingEntry, mostBytes, readEntry } from './entry.js';
import { createKeyValueRouter } from './key-value-router.js';

const fail = (): never => {
  throw new Error('the test is wrong');
};
const app = parseAppId('mfe1') ?? fail();
const version = parseVersionId('v1.0.0') ?? fail();
const canaryVersion = parseVersionId('v1.1.0') ?? fail();
const pointer = (more: object = {}): Pointer => ({
  version,
  canaryVersion,
  canaryPercent: 5,
  lastUpdated: '2026-01-15T10:00:00Z',
  ...more,
});

describeWith([ministack], 'in MiniStack', () => {
  let peer: RunningPeer;
  let proxy: FaultyProxy;
  let stores = 0;
  beforeAll(async () => {
    peer = await ministack.start();
    proxy = await startFaultyProxy(peer.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await peer.stop();
  });

  async function newArn(): Promise<string> {
    stores += 1;
    const connection = { region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials };
    const made = await new CloudFrontClient(connection).send(
      new CreateKeyValueStoreCommand({ Name: `sluice-${String(stores)}` }),
    );
    return made.KeyValueStore?.ARN ?? fail();
  }
  const routerAt = (arn: string, endpoint = peer.url): Router =>
    createKeyValueRouter({ arn, connection: { endpoint, credentials: peerCredentials } });

  routerContract({ name: 'a key-value store of CloudFront', create: async () => routerAt(await newArn()) });

  describe('a key-value store of CloudFront', () => {
    let arn: string;
    beforeEach(async () => {
      arn = await newArn();
      proxy.decide = () => 'pass';
      proxy.seen.length = 0;
    });
    const writes = () => proxy.seen.filter(({ method }) => method === 'POST');

    it('is asked with SigV4A and written by compare-and-swap, and not where it is in line', async () => {
      const router = routerAt(arn, proxy.url);
      await router.route(app, pointer({ generation: 3 }));
      await router.route(app, pointer({ generation: 3 }));
      expect(writes()).toHaveLength(1);
      expect(writes()[0]?.headers['if-match']).toMatch(/./);
      expect(writes()[0]?.headers.authorization).toMatch(/^AWS4-ECDSA-P256-SHA256 /);
    });

    it('C5 of writers of several apps none loses, though the ETag is that of the whole store', async () => {
      const names = Array.from({ length: 6 }, (_, i) => parseAppId(`app${String(i)}`) ?? fail());
      await Promise.all(names.map((name) => routerAt(arn).route(name, pointer({ generation: 3 }))));
      const served = await Promise.all(names.map((name) => routerAt(arn).served(name)));
      expect(served.map((one) => one?.generation)).toEqual([3, 3, 3, 3, 3, 3]);
    });

    it('moves apps of a group in one write, and of more than fifty in as few as CloudFront takes', async () => {
      const names = Array.from({ length: 52 }, (_, i) => parseAppId(`app${String(i)}`) ?? fail());
      const router = routerAt(arn, proxy.url);
      const move = (apps: typeof names, more: object) =>
        router.routeTogether?.(apps.map((name) => ({ app: name, pointer: pointer(more) })));
      await move(names.slice(0, 3), { generation: 3 });
      expect(writes()).toHaveLength(1);
      await move(names.slice(0, 3), { generation: 3 });
      expect(writes()).toHaveLength(1);
      await move(names, { generation: 4 });
      expect(writes()).toHaveLength(3);
      const served = await Promise.all(names.map((name) => router.served(name)));
      expect(new Set(served.map((one) => one?.generation))).toEqual(new Set([4]));
    });

    it('moves none of a group where the entry of one does not fit', async () => {
      const router = routerAt(arn, proxy.url);
      const other = parseAppId('mfe2') ?? fail();
      const tooLong = pointer({ generation: 3, allowList: ['x'.repeat(900)] });
      const group = [
        { app, pointer: pointer({ generation: 3 }) },
        { app: other, pointer: tooLong },
      ];
      await expect(router.routeTogether?.(group)).rejects.toThrow(/entry of "mfe2"/);
      expect([writes(), await router.served(app)]).toEqual([[], undefined]);
    });

    it("C7 takes a human's pointer without a generation, one above its own, once", async () => {
      const router = routerAt(arn, proxy.url);
      await router.route(app, pointer({ generation: 7 }));
      const human = pointer({ canaryVersion: null, canaryPercent: 0 });
      await router.route(app, human);
      await router.route(app, human);
      expect(await router.served(app)).toMatchObject({ canaryPercent: 0, generation: 8 });
      expect(writes()).toHaveLength(2);
    });

    it('E7 a time-out after success is recovered, and an error for ever is told', async () => {
      const router = routerAt(arn, proxy.url);
      let lost = 1;
      proxy.decide = ({ method }) => (method === 'POST' && (lost -= 1) >= 0 ? { kind: 'answer-lost' } : 'pass');
      await router.route(app, pointer({ generation: 3 }));
      expect(await router.served(app)).toMatchObject({ generation: 3 });
      proxy.decide = () => ({ kind: 'refused', status: 403, code: 'AccessDeniedException' });
      await expect(router.served(app)).rejects.toMatchObject({ code: 'access-denied' });
      await expect(router.route(app, pointer({ generation: 4 }))).rejects.toMatchObject({ code: 'access-denied' });
    });

    it('says that there is no such store', async () => {
      const missing = routerAt('arn:aws:cloudfront::000000000000:key-value-store/none');
      await expect(missing.served(app)).rejects.toMatchObject({ code: 'service-unreachable' });
      await expect(missing.route(app, pointer())).rejects.toMatchObject({ code: 'service-unreachable' });
    });
  });
});

describe('an entry', () => {
  const blocked = Array.from({ length: 32 }, (_, i) =>
    parseVersionId(`v0123456789abcdef${String(i).padStart(4, '0')}`),
  );

  it("is every edge's own, made by core", () => {
    const written = pointer({ generation: 3, metadata: { a: 1 }, salt: 's', blocked: [...blocked, canaryVersion] });
    expect(fittingEntry(app, written)).toBe(edgeEntryOf(written));
    const { lastUpdated: _forPeople, ...decision } = pointer({ generation: 3, salt: 's' });
    expect(readEntry(fittingEntry(app, written))).toEqual({ ...decision, lastUpdated: '', blocked: [canaryVersion] });
  });

  it('that does not fit is refused at the border, with what to shorten', () => {
    const room = mostBytes - fittingEntry(app, pointer({ allowList: [''] })).length;
    expect(fittingEntry(app, pointer({ allowList: ['x'.repeat(room)] })).length).toBe(mostBytes);
    expect(() => fittingEntry(app, pointer({ allowList: ['x'.repeat(room + 1)] }))).toThrow(
      /has 901 bytes; at most 900/,
    );
    // Bytes count, not characters.
    expect(() => fittingEntry(app, pointer({ allowList: ['é'.repeat(room - 10)] }))).toThrow(/bytes/);
  });

  it.each([undefined, '', '{', 'null', '[]', '{"version":7}'])('%s is none', (text) => {
    expect(readEntry(text)).toBeUndefined();
  });
});
