import { DeliveryError } from '@sluice/core';
import { codeOf } from '../folder-errors.js';

/** How long a receiver has to answer, in milliseconds. */
export const defaultTimeoutMs = 5000;

export interface Post {
  readonly url: URL;
  /** JSON, made by {@link jsonText}. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Resolves when the receiver answers 2xx. Redirects are not followed: a signed message goes where it was sent. */
export async function postJson({ url, body, headers, timeoutMs }: Post): Promise<void> {
  const status = await statusOf({ url, body, timeoutMs, headers: { ...headers, 'Content-Type': 'application/json' } });
  if (status >= 200 && status < 300) return;
  throw failure(`answered ${String(status)}`, { url, remedy: remedyFor(status) });
}

async function statusOf({ url, body, headers, timeoutMs }: Required<Post>): Promise<number> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    // The status is the answer: whatever else is sent may never end.
    await response.body?.cancel().catch(() => undefined);
    return response.status;
  } catch (error) {
    throw unanswered(error, { url, timeoutMs });
  }
}

/** The cause is told by its code only: its text may quote the address, and addresses of webhooks are secret. */
function unanswered(error: unknown, { url, timeoutMs }: { url: URL; timeoutMs: number }): DeliveryError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new DeliveryError({
      code: 'timeout',
      message: `The receiver of notifications at ${url.host} did not answer within ${String(timeoutMs)} ms.`,
      remedy: 'Let it answer 2xx as soon as it has the message, before it works on it.',
    });
  }
  const code = error instanceof Error ? (codeOf(error.cause) ?? 'no code') : 'no code';
  return failure(`cannot be reached (${code})`, { url, remedy: 'Check that it runs, its name, and the network.' });
}

function failure(what: string, { url, remedy }: { url: URL; remedy: string }): DeliveryError {
  return new DeliveryError({
    code: 'notification-failed',
    message: `The receiver of notifications at ${url.host} ${what}.`,
    remedy,
  });
}

function remedyFor(status: number): string {
  if (status >= 300 && status < 400) return 'Configure the address that it redirects to: redirects are not followed.';
  if (status === 429 || status >= 500)
    return 'Nothing to change here: the receiver must recover, or be asked less often.';
  return 'Check the address and the secret of the receiver: one of them may have been withdrawn.';
}

/** The address of a receiver. Refused with `config-invalid`, without quoting it: it may be secret. */
export function receiverAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const problem =
    url === undefined
      ? 'cannot be read'
      : !['http:', 'https:'].includes(url.protocol)
        ? `begins with "${url.protocol}"`
        : url.username + url.password !== ''
          ? 'has a user or a password in it'
          : undefined;
  if (url !== undefined && problem === undefined) return url;
  throw new DeliveryError({
    code: 'config-invalid',
    message: `The address of a receiver of notifications ${problem ?? 'cannot be read'}.`,
    remedy: 'Write it as https://host/path, or http://host/path.',
  });
}

/** JSON that no page and no chat takes for markup where it is pasted as it is. */
export function jsonText(value: unknown): string {
  const escaped = (char: string): string => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped);
}
