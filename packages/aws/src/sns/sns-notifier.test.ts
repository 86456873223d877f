import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { notifierContract, type NotifierUnderTest, type ReceiverManner } from '@sluice/contracts';
import { parseAppId, type Notification } from '@sluice/core';
import { describeWith, moto, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSnsNotifier } from './sns-notifier.js';

interface Delivered {
  readonly Subject?: string;
  readonly Message?: string;
}

describeWith([moto], 'in moto', () => {
  let peer: RunningPeer;
  let topics = 0;
  const servers: Server[] = [];
  beforeAll(async () => {
    peer = await moto.start();
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    }
  });
  afterAll(async () => peer.stop());

  const connection = (endpoint: string) => ({ endpoint, credentials: peerCredentials, maxAttempts: 1 });

  /** A topic with a subscriber over HTTP: moto delivers as SNS does. */
  async function aTopic(filter = {}): Promise<{ readonly topic: string; readonly delivered: Delivered[] }> {
    const delivered: Delivered[] = [];
    const origin = await serve((body) => {
      const message = JSON.parse(body) as Delivered & { readonly Type: string };
      if (message.Type === 'Notification') delivered.push(message);
      return 200;
    });
    const client = new SNSClient({ ...connection(peer.url), region: 'us-east-1' });
    topics += 1;
    const { TopicArn = '' } = await client.send(new CreateTopicCommand({ Name: `alerts-${String(topics)}` }));
    await client.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'http',
        Endpoint: `${origin}/`,
        Attributes: { FilterPolicy: JSON.stringify(filter) },
      }),
    );
    return { topic: TopicArn, delivered };
  }

  async function serve(answer: (body: string) => number | undefined): Promise<string> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const status = answer(Buffer.concat(parts).toString());
        if (status !== undefined) response.writeHead(status).end();
      });
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  async function create(manner: ReceiverManner): Promise<NotifierUnderTest> {
    if (manner === 'accepts') {
      const { topic, delivered } = await aTopic();
      const notifier = createSnsNotifier({ topic, connection: connection(peer.url) });
      return { notifier, received: () => delivered.map((one) => JSON.stringify(one)) };
    }
    const endpoint = await serve(() => (manner === 'hangs' ? undefined : 500));
    if (manner === 'is-gone') servers.at(-1)?.close();
    const topic = 'arn:aws:sns:us-east-1:123456789012:alerts';
    // Only one that hangs is given up soon: a busy machine is slow to answer.
    const patience = manner === 'hangs' ? { timeoutMs: 300 } : {};
    const notifier = createSnsNotifier({ topic, connection: { ...connection(endpoint), ...patience } });
    return { notifier, received: () => [] };
  }

  notifierContract({ name: 'SNS', create });

  const notification: Notification = {
    id: 'line-7f3a',
    app: parseAppId('mfe1') ?? fail(),
    kind: 'ended',
    at: '2026-05-01T12:00:00.000Z',
    severity: 'bad',
    title: `mfe1 v1.2.0 wurde zurückgenommen ${'x'.repeat(200)}`,
    lines: ['12 sessions failed.'],
    facts: {},
  };

  describe('SNS', () => {
    it('G7 is given a subject that it takes, and a text with every letter', async () => {
      const { topic, delivered } = await aTopic();
      await createSnsNotifier({ topic, connection: connection(peer.url) }).send(notification);
      expect(delivered[0]?.Subject).toMatch(/^\[bad\] mfe1 v1\.2\.0 wurde zur\?ckgenommen x+$/);
      expect(delivered[0]?.Subject?.length).toBe(99);
      expect(delivered[0]?.Message).toContain('zurückgenommen');
    });

    it('G7 sends attributes, by which a subscription can filter', async () => {
      const { topic, delivered } = await aTopic({ severity: ['bad'], app: ['mfe1'], kind: ['ended'] });
      const notifier = createSnsNotifier({ topic, connection: connection(peer.url) });
      await notifier.send({ ...notification, severity: 'info', title: 'not this one' });
      await notifier.send({ ...notification, title: 'this one' });
      expect(delivered.map(({ Subject }) => Subject)).toEqual(['[bad] this one']);
    });

    it('says what is wrong with a topic that is not there', async () => {
      const topic = 'arn:aws:sns:us-east-1:123456789012:none';
      const sent = createSnsNotifier({ topic, connection: connection(peer.url) }).send(notification);
      await expect(sent).rejects.toMatchObject({
        code: 'notification-failed',
        message: expect.stringContaining(topic) as string,
      });
    });
  });
});

function fail(): never {
  throw new Error('the test is wrong');
}
