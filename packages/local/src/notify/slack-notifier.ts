import { plainNotification, type Notification, type Notifier } from '@sluice/core';
import { defaultTimeoutMs, jsonText, postJson, receiverAddress } from './post-json.js';

export interface SlackNotifierOptions {
  /** Of an incoming webhook, like `https://hooks.slack.com/services/…`: whoever knows it can write. */
  readonly url: string;
  /** Default: 5,000. */
  readonly timeoutMs?: number;
  /** Default: `slack`. */
  readonly name?: string;
}

interface SlackText {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Slack links nothing and mentions nobody of its own accord. */
  readonly verbatim: true;
}

type SlackBlock =
  | { readonly type: 'section'; readonly text: SlackText }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] };

/** Posts to an incoming webhook of Slack. An address that cannot do is refused with `config-invalid`. */
export function createSlackNotifier(options: SlackNotifierOptions): Notifier {
  const { timeoutMs = defaultTimeoutMs, name = 'slack' } = options;
  const url = receiverAddress(options.url);
  return {
    name,
    send: async (notification) =>
      postJson({ url, body: jsonText(messageOf(plainNotification(notification))), timeoutMs }),
  };
}

const circles: Readonly<Record<Notification['severity'], string>> = {
  info: ':large_blue_circle:',
  good: ':large_green_circle:',
  warning: ':large_yellow_circle:',
  bad: ':red_circle:',
};

/** `text` is what a phone shows beside the icon; the blocks are what the channel shows. */
function messageOf(notification: Notification): { readonly text: string; readonly blocks: readonly SlackBlock[] } {
  const { id, at, severity, title, lines, link } = notification;
  const heading = `${circles[severity]} ${bold(escaped(title))}`;
  const more = link === undefined ? [] : [`<${escaped(link)}|Look at the rollout>`];
  const body = packed([...lines.map(escaped), ...more]);
  return {
    text: escaped(title),
    blocks: [
      ...[heading, ...body].map((text) => ({ type: 'section' as const, text: mrkdwn(text) })),
      { type: 'context', elements: [mrkdwn(escaped(`${at} · ${id}`))] },
    ],
  };
}

function bold(text: string): string {
  return `*${text.replaceAll('*', '∗')}*`;
}

/** Slack's own rule for text: these three, and no others. A mention is nothing without its `<`. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function mrkdwn(text: string): SlackText {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** Slack refuses a section of more characters. */
const longestSection = 3000;

/** As many lines in a section as fit. */
function packed(lines: readonly string[]): readonly string[] {
  const sections: string[] = [];
  for (const line of lines) {
    const last = sections.at(-1);
    if (last === undefined || last.length + 1 + line.length > longestSection) sections.push(line);
    else sections[sections.length - 1] = `${last}\n${line}`;
  }
  return sections;
}
