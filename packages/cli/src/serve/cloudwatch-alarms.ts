import type { AlarmReading } from '@sluice/core';
import type { Context } from '../context.js';
import type { Handlers } from './controller.js';
import { clientOf } from '../target/client.js';

/** CloudWatch evaluates once a minute at most: to ask more often tells nothing new. */
const everyMs = 10_000;

interface Around {
  readonly now: () => number;
  readonly onProblem: Handlers['onProblem'];
}

export interface WatchedAlarms {
  readonly readings: () => readonly AlarmReading[];
  /** Asks CloudWatch where that is due; never throws: alarms of which nothing is known are neither on nor off. */
  readonly refresh: () => Promise<void>;
}

/** The alarms of a target on AWS; undefined where none are watched, or where this machine evaluates them itself. */
export async function cloudWatchAlarms(
  { target, config }: Context,
  around: Around,
): Promise<WatchedAlarms | undefined> {
  if (target.kind === 'local' || config.alarms === 'none') return undefined;
  const { alarmsFor, createAlarmReader } = await import('@sluice/aws/cloudwatch');
  const { region, endpoint, distribution } = target;
  const connection = { region, endpoint, ...clientOf(target) };
  const apps = config.apps.map(({ place }) => place.app);
  const readers = [
    createAlarmReader({ alarms: alarmsFor({ apps }), connection }),
    // Metrics and alarms of CloudFront are in this region only.
    createAlarmReader({
      alarms: alarmsFor({ apps: [], distributionId: distribution }),
      connection: { ...connection, region: 'us-east-1' },
    }),
  ].filter((reader) => reader.readings().length > 0);
  let askedMs = -Infinity;
  return {
    readings: () => readers.flatMap((reader) => reader.readings()),
    refresh: async () => {
      if (Math.abs(around.now() - askedMs) < everyMs) return;
      askedMs = around.now();
      for (const reader of readers) {
        await reader.refresh().catch((error: unknown) => {
          around.onProblem({ app: null, error });
        });
      }
    },
  };
}
