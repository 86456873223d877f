import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { describeWith, moto, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlarmReader } from './alarm-reader.js';
import { alarmsFor, type CloudWatchAlarm } from './alarms.js';
import { createEmfWriter, type EmfWriter } from './emf-writer.js';
import { extract, type Extracted } from './emf.fixture.js';
import { createMetricReader } from './metric-reader.js';
import { putAlarms } from './put-alarms.js';

const noon = Date.UTC(2026, 0, 15, 12, 0, 0);
const apps = ['shell', 'mfe1'];
const wanted = { apps, distributionId: 'E2QWRUHAPOMQZL', platform: 'prod' };

/** Everything that is taken out of what the writer writes. */
function written(use: (emf: EmfWriter) => void): readonly Extracted[] {
  const lines: string[] = [];
  use(createEmfWriter({ write: (line) => lines.push(line), now: () => noon }));
  for (const line of lines) expect(line).not.toContain('\n');
  return lines.flatMap(extract);
}

const everything = written((emf) => {
  for (const app of apps) {
    emf.errors({ app, version: 'v1.1.0', errorType: 'TypeError' }, 2);
    emf.loadTimes({ app, version: 'v1.1.0' }, [1200, 900]);
    emf.sessions({ app, version: 'v1.1.0' }, { sessions: 40, failed: 1 });
  }
  emf.heartbeat('prod');
});

type Dimensions = Readonly<Record<string, string>>;

function sameSet(a: Dimensions, b: Dimensions): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((name) => a[name] === b[name]);
}

/** Alarms that would never go off: nobody emits what they read. CloudFront's own metrics are AWS's to emit. */
function neverFed(alarms: readonly CloudWatchAlarm[], emitted: readonly Extracted[]): readonly string[] {
  const ours = alarms.filter(({ namespace }) => !namespace.startsWith('AWS/'));
  const isFed = ({ namespace, metric, dimensions }: CloudWatchAlarm): boolean =>
    emitted.some((one) => one.namespace === namespace && one.metric === metric && sameSet(one.dimensions, dimensions));
  return ours.filter((alarm) => !isFed(alarm)).map(({ name }) => name);
}

describe('the metrics that we write', () => {
  it('each alarm reads a namespace, a metric and a dimension set that is emitted', () => {
    const alarms = alarmsFor(wanted);
    expect(alarms).toHaveLength(7);
    expect(neverFed(alarms, everything)).toEqual([]);
  });

  it("and the brief's own metric would feed no alarm: CloudWatch adds up no dimensions", () => {
    const briefs: readonly Extracted[] = [
      {
        namespace: 'MFE/ClientErrors',
        metric: 'ErrorCount',
        dimensions: { MFE: 'mfe1', ErrorType: 'TypeError' },
        values: [1],
        atMs: noon,
      },
    ];
    expect(neverFed(alarmsFor({ apps: ['mfe1'] }), briefs)).toEqual(['mfe1-error-rate', 'mfe1-load-time']);
  });

  it('CloudFront has the metrics that the alarms on its answers read, with their dimensions', () => {
    const theirs = alarmsFor(wanted).filter(({ namespace }) => namespace === 'AWS/CloudFront');
    expect(theirs.map(({ metric, dimensions }) => [metric, dimensions])).toEqual([
      ['5xxErrorRate', { DistributionId: 'E2QWRUHAPOMQZL', Region: 'Global' }],
      ['4xxErrorRate', { DistributionId: 'E2QWRUHAPOMQZL', Region: 'Global' }],
    ]);
  });

  it('errors come under exactly the three sets of the brief, corrected', () => {
    const sets = written((emf) => {
      emf.errors({ app: 'mfe1', version: 'v1.1.0', errorType: 'TypeError' }, 3);
    });
    expect(sets.map(({ dimensions }) => dimensions)).toEqual([
      { MFE: 'mfe1' },
      { MFE: 'mfe1', Version: 'v1.1.0' },
      { MFE: 'mfe1', ErrorType: 'TypeError' },
    ]);
    expect(sets.map(({ values }) => values)).toEqual([[3], [3], [3]]);
  });

  it('what is not known is no dimension, and what cannot be one is made fit', () => {
    const sets = written((emf) => {
      emf.errors({ app: 'mfe1', errorType: `Fehler ü\n${'x'.repeat(2000)}` }, 1);
    });
    expect(sets.map(({ dimensions }) => Object.keys(dimensions))).toEqual([['MFE'], ['MFE', 'ErrorType']]);
    expect(sets[1]?.dimensions['ErrorType']).toMatch(/^Fehler \?\?x{247}$/);
  });

  it('of 60 types of errors 50 have a metric of their own, and no error is lost', () => {
    const sets = written((emf) => {
      for (let i = 0; i < 120; i += 1) emf.errors({ app: 'mfe1', errorType: `Error${String(i % 60)}` }, 1);
    });
    expect(new Set(sets.map(({ dimensions }) => dimensions['ErrorType'])).size).toBe(50 + 1 + 1);
    expect(sets.filter(({ dimensions }) => Object.keys(dimensions).length === 1)).toHaveLength(120);
  });

  it('more than 100 values go in several lines', () => {
    const values = Array.from({ length: 250 }, (_, i) => i);
    const sets = written((emf) => {
      emf.loadTimes({ app: 'mfe1' }, values);
    });
    expect(sets.map((one) => one.values.length)).toEqual([100, 100, 50]);
    expect(sets.flatMap((one) => one.values)).toEqual(values);
  });
});

describe('the alarms', () => {
  it("are the brief's, with its names and numbers, and what is missing is told apart", () => {
    const [errorRate, loadTime, fiveHundreds] = alarmsFor({ apps: ['mfe1'], distributionId: 'E1' });
    expect(errorRate).toMatchObject({
      name: 'mfe1-error-rate',
      statistic: 'Sum',
      threshold: 10,
      periodSeconds: 300,
      evaluationPeriods: 2,
      treatMissingData: 'notBreaching',
    });
    expect(loadTime).toMatchObject({
      name: 'mfe1-load-time',
      statistic: 'p95',
      threshold: 3000,
      periodSeconds: 300,
      evaluationPeriods: 3,
    });
    expect(fiveHundreds).toMatchObject({ name: 'cloudfront-5xx-rate', threshold: 5, periodSeconds: 60, app: null });
    expect(alarmsFor({ apps: [], platform: 'p' })).toMatchObject([{ treatMissingData: 'breaching' }]);
  });
});

describeWith([moto], 'CloudWatch (moto)', () => {
  let peer: RunningPeer;
  let client: CloudWatchClient;
  beforeAll(async () => {
    peer = await moto.start();
    client = new CloudWatchClient(connection());
  });
  afterAll(async () => peer.stop());
  const connection = () => ({ region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials });

  it('D21 D22 reads what CloudWatch says of each alarm, and of one that is not there', async () => {
    const alarms = alarmsFor(wanted);
    await putAlarms({ alarms: alarms.slice(0, 3), connection: connection(), topic: 'arn:aws:sns:us-east-1:1:alerts' });
    await putAlarms({ alarms: alarms.slice(0, 3), connection: connection() });
    const state = async (AlarmName: string, StateValue: 'OK' | 'ALARM'): Promise<void> => {
      await client.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: `because ${StateValue}` }));
    };
    await state('shell-error-rate', 'OK');
    await state('mfe1-error-rate', 'ALARM');
    const reader = createAlarmReader({ alarms, connection: connection() });
    expect(new Set(reader.readings().map((one) => one.state))).toEqual(new Set(['insufficient-data']));
    await reader.refresh();
    const [shell, , mfe1, missing] = reader.readings();
    expect(shell).toEqual({ alarm: 'shell-error-rate', app: 'shell', scope: 'app', state: 'ok', why: 'because OK' });
    expect(mfe1).toMatchObject({ alarm: 'mfe1-error-rate', app: 'mfe1', scope: 'app', state: 'alarm' });
    expect(missing).toMatchObject({ state: 'insufficient-data', why: 'there is no such alarm' });
    expect(reader.readings().filter(({ scope }) => scope === 'global')).toHaveLength(3);
  });

  it('D22 knows nothing any more when CloudWatch cannot be asked', async () => {
    const alarms = alarmsFor({ apps: ['mfe1'] });
    const gone = { ...connection(), endpoint: 'http://127.0.0.1:9', maxAttempts: 1 };
    const reader = createAlarmReader({ alarms, connection: gone });
    await expect(reader.refresh()).rejects.toMatchObject({ code: 'service-unreachable' });
    expect(reader.readings().map(({ state }) => state)).toEqual(['insufficient-data', 'insufficient-data']);
  });

  it('makes alarms with the statistic and the dimensions that they need', async () => {
    await putAlarms({ alarms: alarmsFor(wanted), connection: connection() });
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['mfe1-load-time'] }));
    expect(MetricAlarms[0]).toMatchObject({
      Namespace: 'MFE/Performance',
      MetricName: 'LoadTime',
      ExtendedStatistic: 'p95',
      Dimensions: [{ Name: 'MFE', Value: 'mfe1' }],
      Threshold: 3000,
      TreatMissingData: 'missing',
    });
  });

  it('D11 counts of a version are read under exactly its dimensions, and nothing is not zero', async () => {
    const nowMs = Date.now();
    for (const one of everything) {
      await client.send(
        new PutMetricDataCommand({
          Namespace: one.namespace,
          MetricData: one.values.map((Value) => ({
            MetricName: one.metric,
            Dimensions: Object.entries(one.dimensions).map(([Name, Value]) => ({ Name, Value })),
            Value,
            Timestamp: new Date(nowMs - 120_000),
          })),
        }),
      );
    }
    const reader = createMetricReader({ connection: connection() });
    const window = { fromMs: nowMs - 600_000, toMs: nowMs };
    const counts = { sessions: 40, failedSessions: 1, errors: 2 };
    expect(await reader.counts({ app: 'mfe1', version: 'v1.1.0' }, window)).toEqual(counts);
    const none = { sessions: null, failedSessions: null, errors: null };
    expect(await reader.counts({ app: 'mfe1', version: 'v1.0.0' }, window)).toEqual(none);
    expect(await reader.counts({ app: 'mfe1', version: 'v1.1.0' }, { fromMs: 0, toMs: 60_000 })).toEqual(none);
  });
});
