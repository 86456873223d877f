import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { notifierContract } from '@sluice/contracts';
import { DeliveryError } from '@sluice/core';
import { afterEach, describe, expect, it } from 'vitest';
import { aNotification, overHttp } from './manners.fixture.js';
import { someReceivers } from './receiver.fixture.js';
import { createWebhookNotifier } from './webhook-notifier.js';

const receivers = someReceivers();
afterEach(receivers.clean);

const secret = 'correct-horse-battery';
const now = (): number => 1_777_636_800_999;
const at = (origin: string, timeoutMs = 30_000, path = '/hook?token=t0k3n') =>
  createWebhookNotifier({ url: `${origin}${path}`, secret, now, timeoutMs });

notifierContract({ name: 'webhook', create: async (manner) => overHttp({ receivers, manner }, at) });

/** What a failed sending said. */
async function refusalOf(sending: Promise<void>): Promise<DeliveryError> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw new TypeError('it was not refused');
  return error;
}

describe('a webhook', () => {
  it('G7 posts the notification as JSON with its id and a signature that its receiver can verify', async () => {
    const { origin, requests } = await receivers.start(204);
    await at(origin).send(aNotification());
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', path: '/hook?token=t0k3n' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'sluice-notification': 'h1',
      'sluice-timestamp': '1777636800',
      'sluice-signature': `v1=${createHmac('sha256', secret)
        .update(`1777636800.${request?.body ?? ''}`)
        .digest('hex')}`,
    });
    expect(JSON.parse(request?.body ?? '')).toEqual(aNotification());
  });

  it('G7 signs the bytes that it sends, whatever letters are in them', async () => {
    const { origin, requests } = await receivers.start(200);
    await at(origin).send(aNotification({ title: 'é 日本 😀 <b>' }));
    const body = requests[0]?.body ?? '';
    const expected = createHmac('sha256', secret)
      .update(Buffer.from(`1777636800.${body}`, 'utf8'))
      .digest('hex');
    expect(requests[0]?.headers['sluice-signature']).toBe(`v1=${expected}`);
    expect(JSON.parse(body)).toMatchObject({ title: 'é 日本 😀 <b>' });
  });

  it('G7 percent-encodes in its header what a header cannot carry of an id', async () => {
    const { origin, requests } = await receivers.start(200);
    await at(origin).send(aNotification({ id: 'h1\r\nEvil: yes é😀' }));
    expect(requests[0]?.headers).toMatchObject({ 'sluice-notification': 'h1%20Evil:%20yes%20%C3%A9%F0%9F%98%80' });
    expect(requests[0]?.headers['evil']).toBeUndefined();
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({ id: 'h1 Evil: yes é😀' });
  });

  it.each([301, 302, 307, 308])('G7 does not follow a redirect (%i): it is a failure', async (status) => {
    const { origin, requests } = await receivers.start(status);
    const { message, remedy } = await refusalOf(at(origin).send(aNotification()));
    expect(message).toBe(`The receiver of notifications at ${origin.slice(7)} answered ${String(status)}.`);
    expect(remedy).toContain('redirects are not followed');
    expect(requests.map(({ path }) => path)).toEqual(['/hook?token=t0k3n']);
  });

  it.each([
    [400, 'Check the address and the secret'],
    [404, 'Check the address and the secret'],
    [429, 'the receiver must recover'],
    [500, 'the receiver must recover'],
  ])('G7 names the status %i and a remedy', async (status, remedy) => {
    const { origin } = await receivers.start(status);
    const error = await refusalOf(at(origin).send(aNotification()));
    expect(error.message).toContain(`answered ${String(status)}.`);
    expect(error.remedy).toContain(remedy);
  });

  it('G7 tells a receiver that hangs from one that is not there', async () => {
    const hanging = await receivers.start('hang');
    const gone = await receivers.start(200);
    await gone.close();
    const late = await refusalOf(at(hanging.origin, 300).send(aNotification()));
    expect(late).toMatchObject({ code: 'timeout' });
    expect(late.message).toBe(
      `The receiver of notifications at ${hanging.origin.slice(7)} did not answer within 300 ms.`,
    );
    const { message } = await refusalOf(at(gone.origin).send(aNotification()));
    expect(message).toBe(`The receiver of notifications at ${gone.origin.slice(7)} cannot be reached (ECONNREFUSED).`);
  });

  it('G7 takes 2xx for the answer, though the rest of it never ends', async () => {
    const { origin } = await receivers.start('drip');
    await expect(at(origin).send(aNotification())).resolves.toBeUndefined();
  });

  it('G7 tells neither secret nor path nor query in any error, however deeply one looks', async () => {
    const gone = await receivers.start(200);
    await gone.close();
    for (const { origin } of [gone, await receivers.start(500), await receivers.start('hang')]) {
      const error = await refusalOf(at(origin, 300, '/p4th?token=t0k3n#fr4g').send(aNotification()));
      expect(`${inspect(error, { depth: 9, showHidden: true })}${error.remedy}`).not.toMatch(
        /t0k3n|p4th|fr4g|correct-horse/,
      );
    }
  });
});

describe('a webhook is refused', () => {
  it.each([
    ['file:///etc/passwd', 'begins with "file:"'],
    ['javascript:alert(1)', 'begins with "javascript:"'],
    ['ftp://t0k3n.example/', 'begins with "ftp:"'],
    ['hooks.example/t0k3n', 'cannot be read'],
    ['', 'cannot be read'],
    ['https://me:t0k3n@hooks.example/', 'has a user or a password in it'],
  ])('G7 with the address %j', (url, why) => {
    const create = () => createWebhookNotifier({ url, secret, now });
    expect(create).toThrow(`The address of a receiver of notifications ${why}.`);
    expect(create).not.toThrow(/t0k3n/);
    expect(create).toThrow(expect.objectContaining({ name: 'DeliveryError', code: 'config-invalid' }));
  });

  it('G7 with an empty secret', () => {
    const create = () => createWebhookNotifier({ url: 'https://hooks.example/', secret: '', now });
    expect(create).toThrow(expect.objectContaining({ name: 'DeliveryError', code: 'config-invalid' }));
  });
});
