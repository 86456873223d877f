import { CloudWatchClient, paginateDescribeAlarms, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';
import { emitted, type EmittedMetric } from './emitted.js';

/** An alarm of which no metric that we emit can ever be in. */
export interface UnfedAlarm {
  readonly name: string;
  readonly metric: string;
  readonly dimensions: readonly string[];
}

/**
 * Alarms on our namespaces that read a metric or a dimension set that is not emitted: CloudWatch adds nothing up over
 * dimensions, so that they never have data. Throws `access-denied`, `service-unreachable` and the like.
 */
export async function findUnfedAlarms(connection: AwsConnection = {}): Promise<readonly UnfedAlarm[]> {
  const client = new CloudWatchClient(clientSettings(connection));
  const found: UnfedAlarm[] = [];
  try {
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { AlarmTypes: ['MetricAlarm'] })) {
      for (const alarm of MetricAlarms) for (const metric of metricsOf(alarm)) if (isUnfed(metric)) found.push(metric);
    }
    return found;
  } catch (error) {
    throw serviceError('Asking CloudWatch for its alarms', error);
  } finally {
    client.destroy();
  }
}

const ours: readonly EmittedMetric[] = Object.values(emitted);

interface ReadMetric extends UnfedAlarm {
  readonly namespace: string;
}

/** What an alarm reads: one metric, or those of its expression. */
function metricsOf({ AlarmName = '', Metrics = [], ...single }: MetricAlarm): readonly ReadMetric[] {
  const several = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  return [single, ...several].flatMap(({ Namespace, MetricName, Dimensions = [] }) =>
    Namespace === undefined || MetricName === undefined
      ? []
      : [
          {
            name: AlarmName,
            namespace: Namespace,
            metric: MetricName,
            dimensions: Dimensions.map(({ Name = '' }) => Name).toSorted(),
          },
        ],
  );
}

function isUnfed({ namespace, metric, dimensions }: ReadMetric): boolean {
  if (!ours.some((one) => one.namespace === namespace)) return false;
  const sets = ours
    .filter((one) => one.namespace === namespace && one.metric === metric)
    .flatMap((one) => one.dimensionSets);
  return !sets.some((set) => set.toSorted().join() === dimensions.join());
}
