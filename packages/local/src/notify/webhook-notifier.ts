import { createHmac } from 'node:crypto';
import { DeliveryError, plainNotification, type Notifier } from '@sluice/core';
import { defaultTimeoutMs, jsonText, postJson, receiverAddress } from './post-json.js';

export interface WebhookNotifierOptions {
  readonly url: string;
  /** Shared with the receiver, who verifies the signature with it. */
  readonly secret: string;
  /** Default: 5,000. */
  readonly timeoutMs?: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Default: `webhook`. */
  readonly name?: string;
}

/**
 * Posts the notification as JSON, with `Sluice-Notification: <id>`, `Sluice-Timestamp: <unix seconds>` and
 * `Sluice-Signature: v1=<hex HMAC-SHA256 of "<timestamp>.<body>">`. An address or a secret that cannot do is refused
 * with `config-invalid`.
 */
export function createWebhookNotifier(options: WebhookNotifierOptions): Notifier {
  const { secret, now, timeoutMs = defaultTimeoutMs, name = 'webhook' } = options;
  const url = receiverAddress(options.url);
  if (secret === '') throw noSecret();
  return {
    name,
    send: async (notification) => {
      const plain = plainNotification(notification);
      const body = jsonText(plain);
      const timestamp = String(Math.floor(now() / 1000));
      const headers = {
        'Sluice-Notification': headerText(plain.id),
        'Sluice-Timestamp': timestamp,
        'Sluice-Signature': `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
      };
      return postJson({ url, body, headers, timeoutMs });
    },
  };
}

/** Headers carry visible ASCII; everything else is percent-encoded, and the body has it as it is. */
function headerText(text: string): string {
  return text.replace(/[^!-~]/gu, encodeURIComponent);
}

function noSecret(): DeliveryError {
  return new DeliveryError({
    code: 'config-invalid',
    message: 'The webhook has an empty secret: anybody could sign for Sluice.',
    remedy: 'Make one with `openssl rand -hex 32`, and give it to Sluice and to the receiver.',
  });
}
