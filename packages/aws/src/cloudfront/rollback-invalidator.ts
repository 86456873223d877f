import { DeliveryError, type AppId, type Notification, type Notifier } from '@sluice/core';
import type { AwsConnection } from '../connection.js';
import { createInvalidator } from './invalidator.js';

export interface RollbackInvalidatorOptions {
  readonly distributionId: string;
  /** What is to be fetched anew after a rollback of the app. Versions never change: pointers and indices are enough. */
  readonly pathsOf: (app: AppId) => readonly string[];
  readonly connection?: AwsConnection | undefined;
}

const takenBack: readonly unknown[] = ['aborted', 'rolled-back', 'expired'];

/**
 * Makes an invalidation of each rollback that it is told of. As a receiver of notifications it is told after the
 * rollback is done, again where it was throttled, and once also when the controller crashed in between.
 */
export function createRollbackInvalidator(options: RollbackInvalidatorOptions): Notifier {
  const { distributionId, pathsOf, connection } = options;
  const invalidator = createInvalidator({ distributionId, connection });
  return {
    name: `invalidation of ${distributionId}`,
    send: async (notification) => {
      if (!isRollback(notification)) return;
      const paths = pathsOf(notification.app);
      // By the line's id CloudFront knows a repetition.
      if ((await invalidator.invalidate({ paths, reference: notification.id })) === 'begun') return;
      throw new DeliveryError({
        code: 'notification-failed',
        message: `CloudFront has too many invalidations of ${distributionId} in progress.`,
        remedy: 'It is tried again later. The rollback is done without it: pointers are kept for 5 s.',
      });
    },
  };
}

function isRollback({ kind, facts }: Notification): boolean {
  return kind === 'returned' || (kind === 'ended' && takenBack.includes(facts['outcome']));
}
