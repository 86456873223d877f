import { briefAlarms, type AlarmDefinition } from '@sluice/core';
import { emitted } from './emitted.js';

/** An alarm as CloudWatch has it. */
export interface CloudWatchAlarm {
  readonly name: string;
  /** Null: of the whole platform; it only holds. */
  readonly app: string | null;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average' | 'p95';
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  /** Off above it, or for the heartbeat below it. */
  readonly threshold: number;
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly treatMissingData: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
  readonly description: string;
}

export interface AlarmsWanted {
  readonly apps: readonly string[];
  /** For the alarms on answers with 4xx and 5xx; CloudFront's metrics are in us-east-1. */
  readonly distributionId?: string | undefined;
  /** For the alarm that goes off when no controller ticks. */
  readonly platform?: string | undefined;
}

/** The brief's alarms, and one that notices a controller that has stopped. As data: CDK, doctor and reader use the same. */
export function alarmsFor({ apps, distributionId, platform }: AlarmsWanted): readonly CloudWatchAlarm[] {
  return [
    ...apps.flatMap((app) => [errorRate(app), loadTime(app)]),
    ...(distributionId === undefined ? [] : [requestRate('5xx', distributionId), requestRate('4xx', distributionId)]),
    ...(platform === undefined ? [] : [heartbeat(platform)]),
  ];
}

function errorRate(app: string): CloudWatchAlarm {
  const { namespace, metric } = emitted.errors;
  return {
    ...of('error-count'),
    name: `${app}-error-rate`,
    app,
    namespace,
    metric,
    dimensions: { MFE: app },
    statistic: 'Sum',
    description: `Error rate exceeded for ${app}`,
  };
}

function loadTime(app: string): CloudWatchAlarm {
  const { namespace, metric } = emitted.loadTime;
  return {
    ...of('load-time'),
    name: `${app}-load-time`,
    app,
    namespace,
    metric,
    dimensions: { MFE: app },
    statistic: 'p95',
    description: `Pages take long to load ${app}`,
  };
}

/** The rates of the distribution itself: those of the origin would need the additional metrics, which cost. */
function requestRate(status: '4xx' | '5xx', distributionId: string): CloudWatchAlarm {
  return {
    ...of(status),
    name: `cloudfront-${status}-rate`,
    app: null,
    namespace: 'AWS/CloudFront',
    metric: `${status}ErrorRate`,
    dimensions: { DistributionId: distributionId, Region: 'Global' },
    statistic: 'Average',
    description: `Too many answers of the distribution are ${status}`,
  };
}

/** Silence is the alarm. */
function heartbeat(platform: string): CloudWatchAlarm {
  const { namespace, metric } = emitted.heartbeat;
  return {
    name: `${platform}-heartbeat`,
    app: null,
    namespace,
    metric,
    dimensions: { Platform: platform },
    statistic: 'Sum',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    threshold: 1,
    comparison: 'LessThanThreshold',
    treatMissingData: 'breaching',
    description: 'No controller has ticked for five minutes: nothing advances, and nothing is taken back by itself',
  };
}

type Numbers = Pick<
  CloudWatchAlarm,
  'periodSeconds' | 'evaluationPeriods' | 'datapointsToAlarm' | 'threshold' | 'comparison' | 'treatMissingData'
>;

const missing = {
  missing: 'missing',
  breaching: 'breaching',
  'not-breaching': 'notBreaching',
  ignore: 'ignore',
} as const satisfies Record<AlarmDefinition['missing'], Numbers['treatMissingData']>;

/** The numbers of the brief's alarm of this name, which the local ones are evaluated by as well. */
function of(name: string): Numbers {
  const found = briefAlarms.find((alarm) => alarm.name === name);
  if (found === undefined) throw new TypeError(`the brief has no alarm "${name}"`);
  return {
    periodSeconds: found.periodMs / 1000,
    evaluationPeriods: found.evaluationPeriods,
    datapointsToAlarm: found.datapointsToAlarm,
    threshold: found.threshold,
    comparison: 'GreaterThanThreshold',
    treatMissingData: missing[found.missing],
  };
}
