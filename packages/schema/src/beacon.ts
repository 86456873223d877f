import type { AppId, Beacon, BeaconEvent, VersionId } from '@sluice/core';
import { maxBeaconEvents, parseAppId, parseVersionId } from '@sluice/core';
import type { Issue } from './parsed.js';

/** What a body of `POST /api/metrics` is. Written by hand, not by schema: it runs for every beacon of every page. */
export type ParsedBeacon =
  | { readonly kind: 'beacon'; readonly beacon: CheckedBeacon }
  /** The brief's CloudWatch-shaped body: for alarms only, never counted in the analysis. */
  | { readonly kind: 'alarm-metric'; readonly metrics: readonly AlarmMetric[] }
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] };

export interface CheckedEvent extends BeaconEvent {
  readonly app: AppId;
  readonly version: VersionId;
}
export interface CheckedBeacon extends Beacon {
  readonly events: readonly CheckedEvent[];
}
export interface AlarmMetric {
  readonly app: AppId;
  readonly errorType: string;
  readonly value: number;
}

const kinds: readonly unknown[] = ['attempt', 'ok', 'failed', 'left'];
const reasons: readonly unknown[] = [
  'no-canary',
  'blocked',
  'bot',
  'override',
  'audience',
  'allow-list',
  'region',
  'no-subject',
  'bucket',
  'error',
];
const maxApps = 100;
const oneDayMs = 86_400_000;

/** Never throws; every problem listed. */
export function parseBeacon(text: string): ParsedBeacon {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return invalidBeacon([{ place: '.', problem: 'It is not JSON.', remedy: 'Send one JSON document.' }]);
  }
  if (!isObject(body)) return invalidBeacon([{ place: '.', problem: 'It is not an object.', remedy: remedy.beacon }]);
  if (own(body, 'Namespace') !== undefined) return parseAlarmMetric(body);
  const issues: Issue[] = [];
  const complain = (place: string, problem: string): void => {
    if (issues.length < 50) issues.push({ place, problem, remedy: remedy.beacon });
  };
  if (own(body, 'schema') !== 1) complain('schema', 'It is not 1.');
  const page = own(body, 'page');
  if (typeof page !== 'string' || !/^[A-Za-z0-9_-]{8,64}$/.test(page))
    complain('page', 'It is not 8 to 64 of A-Za-z0-9_-.');
  const versions = checkVersions(own(body, 'versions'), complain);
  const events = checkEvents(own(body, 'events'), complain);
  if (issues.length > 0) return invalidBeacon(issues);
  return { kind: 'beacon', beacon: { schema: 1, page: page as string, versions, events } };
}

const remedy = { beacon: 'Send what the resolver of the same version of Sluice sends.' };

type Complain = (place: string, problem: string) => void;

function checkVersions(value: unknown, complain: Complain): Readonly<Record<string, string>> {
  const checked: Record<string, string> = Object.create(null) as Record<string, string>;
  if (value === undefined) return checked;
  if (!isObject(value)) complain('versions', 'It is not an object.');
  else {
    const entries = Object.entries(value);
    if (entries.length > maxApps) complain('versions', `It has more than ${String(maxApps)} apps.`);
    for (const [app, version] of entries.slice(0, maxApps)) {
      if (parseAppId(app) === undefined || parseVersionId(version) === undefined) {
        complain('versions', `"${app.slice(0, 40)}" or its version is not well-formed.`);
      } else checked[app] = version as string;
    }
  }
  return checked;
}

function checkEvents(value: unknown, complain: Complain): readonly CheckedEvent[] {
  if (!Array.isArray(value) || value.length === 0) {
    complain('events', 'It is not a list with at least one event.');
    return [];
  }
  if (value.length > maxBeaconEvents) {
    complain('events', `It has ${String(value.length)} events; at most ${String(maxBeaconEvents)} are taken.`);
    return [];
  }
  return value.flatMap((event: unknown, i) =>
    checkEvent(event, (field, problem) => {
      complain(`events.${String(i)}.${field}`, problem);
    }),
  );
}

function checkEvent(value: unknown, complain: Complain): readonly CheckedEvent[] {
  if (!isObject(value)) {
    complain('.', 'It is not an object.');
    return [];
  }
  const app = parseAppId(own(value, 'app'));
  const version = parseVersionId(own(value, 'version'));
  const kind = own(value, 'kind');
  const reason = own(value, 'reason');
  const ageMs = own(value, 'ageMs');
  const generation = own(value, 'generation');
  if (app === undefined) complain('app', 'It is not an app name.');
  if (version === undefined) complain('version', 'It is not a version.');
  if (!kinds.includes(kind)) complain('kind', 'It is not attempt, ok, failed or left.');
  if (!reasons.includes(reason)) complain('reason', 'It is not a reason of assignment.');
  if (!isWithin(ageMs, oneDayMs)) complain('ageMs', 'It is not a number of milliseconds from 0 to a day.');
  if (generation !== undefined && !(Number.isSafeInteger(generation) && (generation as number) >= 0)) {
    complain('generation', 'It is not a whole number.');
  }
  const loadMs = own(value, 'loadMs');
  if (loadMs !== undefined && !isWithin(loadMs, oneDayMs)) complain('loadMs', 'It is not a number of milliseconds.');
  if (app === undefined || version === undefined) return [];
  return [
    {
      app,
      version,
      kind: kind as CheckedEvent['kind'],
      reason: reason as CheckedEvent['reason'],
      ageMs: ageMs as number,
      ...(generation === undefined ? {} : { generation: generation as number }),
      ...(loadMs === undefined ? {} : { loadMs: loadMs as number }),
      ...(own(value, 'cold') === true ? { cold: true } : {}),
      ...(own(value, 'fellBack') === true ? { fellBack: true } : {}),
    },
  ];
}

function parseAlarmMetric(body: object): ParsedBeacon {
  const data = own(body, 'MetricData');
  const known = own(body, 'Namespace') === 'MFE/ClientErrors' && Array.isArray(data) && data.length <= maxBeaconEvents;
  const metrics = known ? data.map(alarmMetric) : [undefined];
  if (metrics.every((metric) => metric !== undefined)) return { kind: 'alarm-metric', metrics };
  return invalidBeacon([
    {
      place: 'MetricData',
      problem: 'It is not a list of ErrorCount with dimensions MFE and ErrorType in namespace MFE/ClientErrors.',
      remedy: 'Send what the reportError of the brief sends.',
    },
  ]);
}

function alarmMetric(value: unknown): AlarmMetric | undefined {
  if (!isObject(value) || own(value, 'MetricName') !== 'ErrorCount') return undefined;
  const dimensions = own(value, 'Dimensions');
  if (!Array.isArray(dimensions) || dimensions.length > 10) return undefined;
  const named = (name: string): unknown => {
    const found: unknown = dimensions.find((dimension) => isObject(dimension) && own(dimension, 'Name') === name);
    return isObject(found) ? own(found, 'Value') : undefined;
  };
  const app = parseAppId(named('MFE'));
  const errorType = named('ErrorType') ?? 'Error';
  const amount = own(value, 'Value') ?? 1;
  if (app === undefined || typeof errorType !== 'string' || !isWithin(amount, 1000)) return undefined;
  return { app, errorType: errorType.slice(0, 100), value: amount };
}

function invalidBeacon(issues: readonly Issue[]): ParsedBeacon {
  return { kind: 'invalid', issues };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= most;
}
