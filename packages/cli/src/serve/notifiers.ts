import { DeliveryError, type Notifier } from '@sluice/core';
import { createConsoleNotifier, createSlackNotifier, createWebhookNotifier } from '@sluice/local';
import type { ConfigNotifier } from '@sluice/schema';
import type { Context, World } from '../context.js';

/** The receivers that the configuration names; throws `config-invalid` where a secret is not in the environment. */
export function notifiersOf({ config, path }: Context, env: World['env']): readonly Notifier[] {
  return config.notify.map((one) => notifierOf(one, { env, path }));
}

function notifierOf(
  one: ConfigNotifier,
  { env, path }: { readonly env: World['env']; readonly path: string },
): Notifier {
  const { kind, name, url = '' } = one;
  switch (kind) {
    case 'console':
      return createConsoleNotifier({ name, write: (line) => void process.stdout.write(`${line}\n`) });
    case 'slack':
      return createSlackNotifier({ name, url });
    case 'webhook': {
      const secret = env[one.secretFrom ?? ''] ?? '';
      if (secret === '') throw noSecret(one, path);
      return createWebhookNotifier({ name, url, secret, now: Date.now });
    }
  }
}

function noSecret({ name, secretFrom }: ConfigNotifier, path: string): DeliveryError {
  return new DeliveryError({
    code: 'config-invalid',
    message: `The environment has no ${secretFrom ?? 'secret'}, which signs what is sent to "${name}" of ${path}.`,
    remedy: `Set it: export ${secretFrom ?? 'SLUICE_WEBHOOK_SECRET'}=…`,
  });
}
