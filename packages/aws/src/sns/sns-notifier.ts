import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeliveryError, plainNotification, type Notification, type Notifier } from '@sluice/core';
import { failureOf, serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';

export interface SnsNotifierOptions {
  /** ARN of the topic; the region is in it. */
  readonly topic: string;
  readonly connection?: AwsConnection | undefined;
  /** Default: `sns`. */
  readonly name?: string | undefined;
}

/** Publishes to a topic. Subscriptions can filter by the attributes `app`, `kind`, `severity` and `id`. */
export function createSnsNotifier({ topic, connection = {}, name = 'sns' }: SnsNotifierOptions): Notifier {
  const region = topic.split(':')[3];
  const client = new SNSClient({ ...clientSettings({ maxAttempts: 2, timeoutMs: 5000, region, ...connection }) });
  return {
    name,
    send: async (notification) => {
      const plain = plainNotification(notification);
      try {
        await client.send(new PublishCommand({ TopicArn: topic, ...messageOf(plain) }));
      } catch (error) {
        throw notSent(topic, error);
      }
    },
  };
}

function messageOf(notification: Notification) {
  const { id, at, app, kind, severity, title, lines, link } = notification;
  const text = [title, '', ...lines, ...(link === undefined ? [] : ['', link]), '', `${at} ${id}`].map(unmarked);
  const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
  return {
    Subject: subjectOf(`[${severity}] ${title}`),
    Message: text.join('\n'),
    MessageAttributes: {
      app: attribute(app),
      kind: attribute(kind),
      severity: attribute(severity),
      id: attribute(id),
    },
  };
}

/** Chats and mail readers that a topic leads to may take these for markup. */
function unmarked(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›');
}

/** SNS takes less than 100 characters of ASCII in a subject. */
function subjectOf(text: string): string {
  return unmarked(text)
    .replaceAll(/[^ -~]/gu, '?')
    .slice(0, 99);
}

function notSent(topic: string, error: unknown): DeliveryError {
  const cause = serviceError(`The topic ${topic}`, error);
  if (cause.code === 'credentials-invalid' || cause.code === 'access-denied') return cause;
  const { name, status } = failureOf(error);
  return new DeliveryError({
    code: 'notification-failed',
    message: `The topic ${topic} did not take the message (${status === undefined ? name : `${name}, ${String(status)}`}).`,
    remedy: 'Look at `topic` under `notify` in sluice.config: region, account and name. It is tried again.',
    cause: error,
  });
}
