import { notifierContract } from '@sluice/contracts';
import type { Notification } from '@sluice/core';
import { afterEach, describe, expect, it } from 'vitest';
import { aNotification, overHttp } from './manners.fixture.js';
import { someReceivers } from './receiver.fixture.js';
import { createSlackNotifier } from './slack-notifier.js';

const receivers = someReceivers();
afterEach(receivers.clean);

const at = (origin: string, timeoutMs = 30_000) =>
  createSlackNotifier({ url: `${origin}/services/T0/B0/s3cret`, timeoutMs });

notifierContract({ name: 'slack', create: async (manner) => overHttp({ receivers, manner }, at) });

interface Message {
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly text?: { readonly text: string } }[];
}

async function messageOf(notification: Notification): Promise<Message> {
  const { origin, requests } = await receivers.start(200);
  await at(origin).send(notification);
  return JSON.parse(requests[0]?.body ?? '') as Message;
}

const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });

describe('slack', () => {
  it('G7 gets the text that a phone shows, and blocks with title, lines, link, time and id', async () => {
    expect(await messageOf(aNotification())).toEqual({
      text: 'mfe1 v1.2.0 was taken back: v1.1.0 is served again',
      blocks: [
        { type: 'section', text: mrkdwn(':red_circle: *mfe1 v1.2.0 was taken back: v1.1.0 is served again*') },
        {
          type: 'section',
          text: mrkdwn(
            '96 counted sessions got v1.2.0.\nWho: Sluice, by itself.\n<https://sluice.example/mfe1?a=1&amp;b=2|Look at the rollout>',
          ),
        },
        { type: 'context', elements: [mrkdwn('2026-05-01T12:00:00.000Z · h1')] },
      ],
    });
  });

  it('G7 is given neither mentions nor links that somebody wrote into a reason', async () => {
    const { text, blocks } = await messageOf(
      aNotification({ title: 'a & b <!channel>', lines: ['<@U1> <https://evil.example|here>'] }),
    );
    expect(text).toBe('a &amp; b &lt;!channel&gt;');
    expect(blocks[0]?.text?.text).toBe(':red_circle: *a &amp; b &lt;!channel&gt;*');
    expect(blocks[1]?.text?.text).toContain('&lt;@U1&gt; &lt;https://evil.example|here&gt;\n');
  });

  it.each(['javascript:alert(1)', 'https://a.example/|x', 'https://a.example/><!channel>', 'https://a.example/\n'])(
    'G7 is given no link like %j',
    async (link) => {
      const { blocks } = await messageOf(aNotification({ link }));
      expect(JSON.stringify(blocks)).not.toContain('Look at the rollout');
    },
  );

  it('G7 is given no section longer than it takes, and every line', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `${String(index)}:${'&'.repeat(1000)}`);
    const { blocks } = await messageOf(aNotification({ title: '<'.repeat(1000), lines }));
    const texts = blocks.flatMap(({ text }) => (text === undefined ? [] : [text.text]));
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(3000);
    expect(texts.join('\n').match(/^\d+:/gm)).toHaveLength(20);
    expect(blocks.length).toBeLessThanOrEqual(50);
  });

  it('G7 is named by its host alone in errors: its path is the secret', async () => {
    const { origin } = await receivers.start(404);
    await expect(at(origin).send(aNotification())).rejects.toMatchObject({
      name: 'DeliveryError',
      message: `The receiver of notifications at ${origin.slice(7)} answered 404.`,
    });
  });
});
