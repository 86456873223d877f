import { parseAppId, type Notification, type Notifier } from '@sluice/core';
import { describe, expect } from 'vitest';
import { suiteWith, type Deviation } from './deviation.js';

/** What the other end does. */
export type ReceiverManner = 'accepts' | 'refuses' | 'hangs' | 'is-gone';

export interface NotifierUnderTest {
  readonly notifier: Notifier;
  /** What the receiver was given, one text a notification, as it came over the wire or onto the screen. */
  readonly received: () => readonly string[];
}

export interface NotifierContract {
  readonly name: string;
  /** A notifier whose receiver behaves in that manner; one that hangs is waited for a second at most. */
  readonly create: (receiver: ReceiverManner) => Promise<NotifierUnderTest>;
  readonly deviations?: readonly Deviation[];
}

const app = parseAppId('mfe1');
if (app === undefined) throw new TypeError('mfe1 is an app');

const notification: Notification = {
  id: 'line-7f3a',
  app,
  kind: 'ended',
  at: '2026-05-01T12:00:00.000Z',
  severity: 'bad',
  title: 'mfe1 v1.2.0 was taken back',
  lines: ['12 sessions failed.', 'Who: Sluice, by itself.'],
  link: 'https://sluice.example/apps/mfe1',
  facts: { version: 'v1.2.0', canaryFailed: 12 },
};

/** The same text wherever a message has one that people may have written. */
function saying(text: string): Notification {
  return { ...notification, title: text, lines: [text, text], facts: { why: text } };
}

/** What every notifier must keep. */
export function notifierContract({ name, create, deviations = [] }: NotifierContract): void {
  const { test, end } = suiteWith(deviations);
  describe(`notifier contract: ${name}`, () => {
    test('G7 resolves when the receiver accepts, who then has the title, every line, the link and the id', async () => {
      const { notifier, received } = await create('accepts');
      await notifier.send(notification);
      expect(received()).toHaveLength(1);
      for (const part of [
        notification.id,
        notification.title,
        ...notification.lines,
        'https://sluice.example/apps/mfe1',
      ]) {
        expect(received()[0]).toContain(part);
      }
    });

    test('G7 gives a repetition the id of the first, so that it can be dropped', async () => {
      const { notifier, received } = await create('accepts');
      await notifier.send(notification);
      await notifier.send(notification);
      expect(received().map((text) => text.includes(notification.id))).toEqual([true, true]);
    });

    for (const [manner, title] of refusals) {
      test(title, async () => {
        const { notifier } = await create(manner);
        await expect(notifier.send(notification)).rejects.toThrow(/./);
      });
    }

    test('G7 lets no line break and no control character through', async () => {
      const { notifier, received } = await create('accepts');
      await notifier.send(saying('one\r\nForged: two\u001b[31m\u0000\u0085three\u2028four\u202e'));
      const text = received()[0] ?? '';
      expect(text).toContain('one Forged: two[31m three four');
      expect(text).not.toMatch(/\p{Cc}|\u2028|\u202e|\\r|\\u001b|\\u0000|\\u2028/u);
    });

    test('G7 lets no markup through, of pages or of chats', async () => {
      const { notifier, received } = await create('accepts');
      await notifier.send(saying('a</script><script>b</script> <!channel> <@U123> <https://evil.example|here>'));
      expect(received()[0]).toContain('evil.example|here');
      expect(received()[0]).not.toMatch(/<\/?script|<!channel>|<@U123>|<https:\/\/evil/);
    });

    test('G7 cuts texts of 100 kB, without half a character at the end', async () => {
      const { notifier, received } = await create('accepts');
      await notifier.send(saying(`x${'😀'.repeat(50_000)}`));
      const text = received()[0] ?? '';
      expect(text.length).toBeLessThan(20_000);
      expect(text).toContain('😀…');
      expect(text).not.toMatch(/\p{Cs}|\\ud[89a-f]/iu);
    });
    end();
  });
}

const refusals: readonly (readonly [ReceiverManner, string])[] = [
  ['refuses', 'G7 rejects when the receiver refuses'],
  ['hangs', 'G7 rejects when the receiver takes the message and never answers'],
  ['is-gone', 'G7 rejects when there is no receiver'],
];
