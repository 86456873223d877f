import { notifierContract } from '@sluice/contracts';
import type { Notifier } from '@sluice/core';
import { expect, it } from 'vitest';
import { createConsoleNotifier } from './console-notifier.js';
import { aNotification } from './manners.fixture.js';

notifierContract({
  name: 'console',
  create: (manner) => {
    const sent: string[][] = [];
    const screen = createConsoleNotifier({
      write: (line) => {
        if (manner === 'refuses' || manner === 'is-gone') throw new Error('EPIPE');
        sent.at(-1)?.push(line);
      },
    });
    const notifier: Notifier = {
      name: screen.name,
      send: async (notification) => {
        sent.push([]);
        return screen.send(notification);
      },
    };
    return Promise.resolve({ notifier, received: () => sent.map((lines) => lines.join(' | ')) });
  },
  deviations: [
    {
      test: 'G7 rejects when the receiver takes the message and never answers',
      reason: 'a screen takes a line or throws; there is nothing to wait for',
    },
    { test: 'G7 lets no markup through, of pages or of chats', reason: 'a terminal knows no markup' },
  ],
});

it('G7 a screen gets the title with severity and id, then every line and the link, indented', async () => {
  const lines: string[] = [];
  await createConsoleNotifier({ write: (line) => lines.push(line) }).send(aNotification());
  expect(lines).toEqual([
    '2026-05-01T12:00:00.000Z bad: mfe1 v1.2.0 was taken back: v1.1.0 is served again [h1]',
    '  96 counted sessions got v1.2.0.',
    '  Who: Sluice, by itself.',
    '  https://sluice.example/mfe1?a=1&b=2',
  ]);
});

it('G7 a screen can be given another name, so that two of them are told apart', () => {
  expect(createConsoleNotifier({ write: () => undefined }).name).toBe('console');
  expect(createConsoleNotifier({ write: () => undefined, name: 'log' }).name).toBe('log');
});
