import { DeliveryError, type Notifier } from '@sluice/core';
import { createConsoleNotifier, createSlackNotifier, createWebhookNotifier } from '@sluice/local';
import type { ConfigNotifier } from '@sluice/schema';
import type { Context, World } from '../context.js';
import { clientOf } from '../target/client.js';

/** The receivers that the configuration names; throws `config-invalid` where a secret is not in the environment. */
export async function notifiersOf({ config, path, target }: Context, env: World['env']): Promise<readonly Notifier[]> {
  const client = target.kind === 'aws' ? clientOf(target) : {};
  return Promise.all(config.notify.map((one) => notifierOf(one, { env, path, client })));
}

interface Around {
  readonly env: World['env'];
  readonly path: string;
  readonly client: Partial<ReturnType<typeof clientOf>>;
}

async function notifierOf(one: ConfigNotifier, { env, path, client }: Around): Promise<Notifier> {
  const { kind, name, url = '' } = one;
  switch (kind) {
    case 'console':
      return createConsoleNotifier({ name, write: (line) => void process.stdout.write(`${line}\n`) });
    case 'slack':
      return createSlackNotifier({ name, url });
    case 'sns': {
      const { createSnsNotifier } = await import('@sluice/aws/sns');
      return createSnsNotifier({ name, topic: one.topic ?? '', connection: client });
    }
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
