import { CloudWatchClient, paginateGetMetricData, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { serviceError } from '../aws-error.js';
import { clientSettings, type AwsConnection } from '../connection.js';
import { emitted, type EmittedMetric } from './emitted.js';

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface MetricReader {
  /** What was counted of a version within the window; null where nothing was: no data is not zero. */
  counts(of: { readonly app: string; readonly version: string }, window: Window): Promise<VersionCounts>;
}

export interface VersionCounts {
  readonly sessions: number | null;
  readonly failedSessions: number | null;
  readonly errors: number | null;
}

const periodSeconds = 60;

/** Reads counts per version, for people and for comparisons after the fact; the ramp counts sessions itself. */
export function createMetricReader({ connection = {} }: { readonly connection?: AwsConnection } = {}): MetricReader {
  const client = new CloudWatchClient(clientSettings(connection));
  return {
    counts: async ({ app, version }, window) => {
      const dimensions = { MFE: app, Version: version };
      const query = (Id: string, metric: EmittedMetric) => queryOf({ Id, metric, dimensions });
      const queries = [
        query('sessions', emitted.sessions),
        query('failedSessions', emitted.failedSessions),
        query('errors', emitted.errors),
      ];
      const sums = await sumsOf(client, queries, window);
      const of = (id: string): number | null => sums.get(id) ?? null;
      return { sessions: of('sessions'), failedSessions: of('failedSessions'), errors: of('errors') };
    },
  };
}

interface Query {
  readonly Id: string;
  readonly metric: EmittedMetric;
  readonly dimensions: Readonly<Record<string, string>>;
}

function queryOf({ Id, metric, dimensions }: Query): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id,
    MetricStat: {
      Metric: { Namespace: metric.namespace, MetricName: metric.metric, Dimensions },
      Period: periodSeconds,
      Stat: 'Sum',
    },
  };
}

async function sumsOf(
  client: CloudWatchClient,
  MetricDataQueries: MetricDataQuery[],
  { fromMs, toMs }: Window,
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  try {
    const input = { MetricDataQueries, StartTime: new Date(fromMs), EndTime: new Date(toMs) };
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, input)) {
      for (const { Id = '', Values = [] } of MetricDataResults) {
        if (Values.length > 0) sums.set(Id, (sums.get(Id) ?? 0) + Values.reduce((sum, value) => sum + value, 0));
      }
    }
  } catch (error) {
    throw serviceError('Reading metrics of CloudWatch', error);
  }
  return sums;
}
