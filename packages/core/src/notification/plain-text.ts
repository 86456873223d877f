import type { Notification } from '../ports/notifier.js';

/** Longest text that a message carries, in UTF-16 units. */
const longest = 500;
const longestLink = 2000;
const mostLines = 20;
const mostFacts = 50;

/**
 * One line of at most 500 UTF-16 units: without control characters, line breaks, halves of characters, and marks that
 * turn the direction of what follows.
 */
export function plainText(text: string): string {
  const line = text
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
  if (line.length <= longest) return line;
  // Not in the middle of a surrogate pair.
  const cut = line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '');
  return `${cut}…`;
}

/** The text as a sentence: with a full stop where it has no end. */
export function sentence(text: string): string {
  const line = plainText(text);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** A web address of at most 2,000 visible ASCII characters that no receiver can take for markup; undefined for others. */
function plainLink(link: string | undefined): string | undefined {
  const fits = link !== undefined && link.length <= longestLink && /^https?:\/\/[!#-;=?-{}~]+$/i.test(link);
  return fits ? link : undefined;
}

/** The same message with every text as {@link plainText}, and no more of them than a person reads. */
export function plainNotification(notification: Notification): Notification {
  const { link: given, ...rest } = notification;
  const link = plainLink(given);
  return {
    ...rest,
    id: plainText(rest.id),
    at: plainText(rest.at),
    title: plainText(rest.title),
    lines: rest.lines
      .slice(0, mostLines)
      .map(plainText)
      .filter((line) => line !== ''),
    ...(link === undefined ? {} : { link }),
    facts: plainFacts(rest.facts),
  };
}

function plainFacts(facts: Notification['facts']): Notification['facts'] {
  const known = Object.entries(facts).filter(([, value]) => typeof value === 'string' || Number.isFinite(value));
  return Object.fromEntries(
    known
      .slice(0, mostFacts)
      .map(([key, value]) => [plainText(key), typeof value === 'string' ? plainText(value) : value]),
  );
}
