import type { AppId, Beacon } from '@sluice/core';
import { maxBeaconEvents, parseAppId, parseVersionId } from '@sluice/core';
import { checkEvent, type CheckedEvent, type Complain } from './beacon-event.js';
import { isWithin, own } from './json-value.js';
import { isRecord, type Issue } from './parsed.js';

/** What a body of `POST /api/metrics` is. Written by hand, not by schema: it runs for every beacon of every page. */
export type ParsedBeacon =
  | { readonly kind: 'beacon'; readonly beacon: CheckedBeacon }
  /** The brief's CloudWatch-shaped body: for alarms only, never counted in the analysis. */
  | { readonly kind: 'alarm-metric'; readonly metrics: readonly AlarmMetric[] }
  | { readonly kind: 'invalid'; readonly issues: readonly Issue[] };

export interface CheckedBeacon extends Beacon {
  readonly events: readonly CheckedEvent[];
}
export interface AlarmMetric {
  readonly app: AppId;
  readonly errorType: string;
  readonly value: number;
}

const maxApps = 100;

/** Never throws; every problem listed. */
export function parseBeacon(text: string): ParsedBeacon {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return invalidBeacon([{ place: '.', problem: 'It is not JSON.', remedy: 'Send one JSON document.' }]);
  }
  if (!isRecord(body)) return invalidBeacon([{ place: '.', problem: 'It is not an object.', remedy: remedy.beacon }]);
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

function checkVersions(value: unknown, complain: Complain): Readonly<Record<string, string>> {
  const checked: Record<string, string> = Object.create(null) as Record<string, string>;
  if (value === undefined) return checked;
  if (!isRecord(value)) complain('versions', 'It is not an object.');
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
  const events: CheckedEvent[] = [];
  for (const [i, event] of value.entries()) {
    const checked = checkEvent(event, (field, problem) => {
      complain(`events.${String(i)}.${field}`, problem);
    });
    if (checked !== undefined) events.push(checked);
  }
  return events;
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
  if (!isRecord(value) || own(value, 'MetricName') !== 'ErrorCount') return undefined;
  const dimensions = own(value, 'Dimensions');
  if (!Array.isArray(dimensions) || dimensions.length > 10) return undefined;
  const named = (name: string): unknown => {
    const found: unknown = dimensions.find((dimension) => isRecord(dimension) && own(dimension, 'Name') === name);
    return isRecord(found) ? own(found, 'Value') : undefined;
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
