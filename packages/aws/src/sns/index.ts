/**
 * Tells people through a topic of SNS: e-mail, SMS, chat, whatever is subscribed to it.
 *
 *   import { createSnsNotifier } from '@sluice/aws/sns';
 *   const notifier = createSnsNotifier({ topic: 'arn:aws:sns:eu-central-1:123456789012:mfe-deployment-alerts' });
 *   await notifier.send(notification);
 */
export { createSnsNotifier, type SnsNotifierOptions } from './sns-notifier.js';
