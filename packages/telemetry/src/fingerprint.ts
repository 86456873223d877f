import { murmur3 } from '@sluice/core';

/** An error as it is told apart from others: by app, name and what lasts in its message. */
export interface Fingerprinted {
  /** 8 lower-case hex digits. */
  readonly fingerprint: string;
  /** Name and message without what differs from page to page; printable, at most 80 characters. */
  readonly text: string;
}

const mostCharacters = 80;

/**
 * The fingerprint of an error. Numbers, ids, quoted texts, addresses are replaced by `*`: they differ from one page load
 * to the next, and may tell who somebody is. No frames: minified ones differ in every build.
 */
export function fingerprintOf(app: string, error: { readonly name: string; readonly message: string }): Fingerprinted {
  const text = printable(`${error.name}: ${lasting(printable(error.message))}`);
  const fingerprint = murmur3(`${app}\n${text}`).toString(16).padStart(8, '0');
  return { fingerprint, text: Array.from(text).slice(0, mostCharacters).join('') };
}

function lasting(message: string): string {
  return message
    .replace(/[a-z][a-z0-9+.-]*:\/\/\S+/gi, '*')
    .replace(/"[^"]*"|`[^`]*`|“[^”]*”|(?<!\w)'[^']*'(?!\w)/g, '*')
    .replace(/\S+@\S+/g, '*')
    .replace(/[\w.-]+/g, (word) => (isPassing(word) ? '*' : word));
}

/** A word with a digit in it, or hex digits only. */
function isPassing(word: string): boolean {
  return /\d/.test(word) || /^[\da-f]{8,}$/i.test(word);
}

/** Without control characters, half surrogates and marks that turn the direction of text; blanks as one. */
function printable(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim();
}
