import { plainNotification, type Notification, type Notifier } from '@sluice/core';

export interface ConsoleNotifierOptions {
  /** Takes one line without a line break; throws where it cannot be written. */
  readonly write: (line: string) => void;
  /** Default: `console`. */
  readonly name?: string;
}

/** Notifications as lines of text, for a terminal or a log. */
export function createConsoleNotifier({ write, name = 'console' }: ConsoleNotifierOptions): Notifier {
  return {
    name,
    send: async (notification) => {
      for (const line of linesOf(plainNotification(notification))) write(line);
      return Promise.resolve();
    },
  };
}

function linesOf({ id, at, severity, title, lines, link }: Notification): readonly string[] {
  const more = link === undefined ? lines : [...lines, link];
  return [`${at} ${severity}: ${title} [${id}]`, ...more.map((line) => `  ${line}`)];
}
