import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { parseAppId, type AlarmReading, type AlarmState } from '@sluice/core';
import { serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';
import type { CloudWatchAlarm } from './alarms.js';

export interface AlarmReaderOptions {
  readonly alarms: readonly CloudWatchAlarm[];
  readonly connection?: AwsConnection | undefined;
}

/** Alarms as CloudWatch has evaluated them. */
export interface AlarmReader {
  /** As they were at the last refresh; `insufficient-data` before the first, and after one that failed. */
  readings(): readonly AlarmReading[];
  /** Asks CloudWatch. Throws `service-unreachable` and the like; then nothing is known any more. */
  refresh(): Promise<void>;
}

/** CloudWatch takes so many names in one request. */
const namesAtOnce = 100;

export function createAlarmReader({ alarms, connection = {} }: AlarmReaderOptions): AlarmReader {
  const client = new CloudWatchClient(clientSettings(connection));
  let known: readonly AlarmReading[] = alarms.map((alarm) => readingOf(alarm, undefined, 'not asked yet'));
  return {
    readings: () => known,
    refresh: async () => {
      try {
        const found = await describe(client, alarms);
        known = alarms.map((alarm) => readingOf(alarm, found.get(alarm.name), 'there is no such alarm'));
      } catch (error) {
        const failed = serviceError('Asking CloudWatch for its alarms', error);
        known = alarms.map((alarm) => readingOf(alarm, undefined, failed.message));
        throw failed;
      }
    },
  };
}

async function describe(
  client: CloudWatchClient,
  alarms: readonly CloudWatchAlarm[],
): Promise<ReadonlyMap<string, MetricAlarm>> {
  const found = new Map<string, MetricAlarm>();
  for (let i = 0; i < alarms.length; i += namesAtOnce) {
    const AlarmNames = alarms.slice(i, i + namesAtOnce).map(({ name }) => name);
    const { MetricAlarms = [] } = await client.send(
      new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['MetricAlarm'], MaxRecords: namesAtOnce }),
    );
    for (const alarm of MetricAlarms) found.set(alarm.AlarmName ?? '', alarm);
  }
  return found;
}

const states: Readonly<Record<string, AlarmState>> = {
  OK: 'ok',
  ALARM: 'alarm',
  INSUFFICIENT_DATA: 'insufficient-data',
};

function readingOf(
  { name, app }: CloudWatchAlarm,
  found: Pick<MetricAlarm, 'StateValue' | 'StateReason'> | undefined,
  otherwise: string,
): AlarmReading {
  const owner = app === null ? undefined : parseAppId(app);
  return {
    alarm: name,
    app: owner ?? null,
    scope: owner === undefined ? 'global' : 'app',
    state: states[found?.StateValue ?? ''] ?? 'insufficient-data',
    why: found?.StateReason ?? otherwise,
  };
}
