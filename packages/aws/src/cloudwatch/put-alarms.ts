import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';
import type { CloudWatchAlarm } from './alarms.js';

export interface AlarmsToPut {
  readonly alarms: readonly CloudWatchAlarm[];
  /** ARN of the topic that people are told through; absent: nobody is. */
  readonly topic?: string | undefined;
  readonly connection?: AwsConnection | undefined;
}

/** Makes the alarms, or brings them in line, where no infrastructure code does. Idempotent. */
export async function putAlarms({ alarms, topic, connection = {} }: AlarmsToPut): Promise<void> {
  const client = new CloudWatchClient(clientSettings(connection));
  for (const alarm of alarms) {
    try {
      await client.send(
        new PutMetricAlarmCommand({ ...inputOf(alarm), ...(topic === undefined ? {} : { AlarmActions: [topic] }) }),
      );
    } catch (error) {
      throw serviceError(`Making the alarm "${alarm.name}"`, error);
    }
  }
}

function inputOf(alarm: CloudWatchAlarm) {
  const { statistic } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description,
    Namespace: alarm.namespace,
    MetricName: alarm.metric,
    Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
    ...(statistic === 'p95' ? { ExtendedStatistic: statistic } : { Statistic: statistic }),
    Period: alarm.periodSeconds,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    TreatMissingData: alarm.treatMissingData,
    ActionsEnabled: true,
  };
}
