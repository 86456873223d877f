import type { AppId, BeaconEvent, BeaconEventKind, FailureKind, Reason, VersionId } from '@sluice/core';
import { parseAppId, parseVersionId } from '@sluice/core';
import { isWithin, own } from './json-value.js';
import { isRecord } from './parsed.js';

export interface CheckedEvent extends BeaconEvent {
  readonly app: AppId;
  readonly version: VersionId;
}

export type Complain = (place: string, problem: string) => void;

const kinds: readonly BeaconEventKind[] = ['attempt', 'ok', 'failed', 'left', 'metric'];
const reasons: readonly Reason[] = [
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
const failures: Readonly<Record<FailureKind, true>> = {
  manifest: true,
  entry: true,
  incompatible: true,
  evaluate: true,
  render: true,
  chunk: true,
  stylesheet: true,
  boot: true,
  error: true,
  timeout: true,
};
const oneDayMs = 86_400_000;
/** Longest name and message of an error that are kept. */
const mostOfName = 100;
const mostOfMessage = 300;

/** The event, or nothing where it is none: then every problem was complained about. */
export function checkEvent(value: unknown, complain: Complain): readonly CheckedEvent[] {
  if (!isRecord(value)) {
    complain('.', 'It is not an object.');
    return [];
  }
  const app = parseAppId(own(value, 'app'));
  const version = parseVersionId(own(value, 'version'));
  const kind = kinds.find((known) => known === own(value, 'kind'));
  const reason = reasons.find((known) => known === own(value, 'reason'));
  const ageMs = own(value, 'ageMs');
  const generation = own(value, 'generation');
  if (app === undefined) complain('app', 'It is not an app name.');
  if (version === undefined) complain('version', 'It is not a version.');
  if (kind === undefined) complain('kind', `It is not ${kinds.slice(0, -1).join(', ')} or metric.`);
  if (reason === undefined) complain('reason', 'It is not a reason of assignment.');
  if (!isWithin(ageMs, oneDayMs)) complain('ageMs', 'It is not a number of milliseconds from 0 to a day.');
  if (generation !== undefined && !isGeneration(generation)) complain('generation', 'It is not a whole number.');
  const told = kind === 'metric' ? checkMetric(value, complain) : checkOutcome(value, complain);
  if (app === undefined || version === undefined || kind === undefined || reason === undefined) return [];
  if (!isWithin(ageMs, oneDayMs)) return [];
  return [{ app, version, kind, reason, ageMs, ...(isGeneration(generation) ? { generation } : {}), ...told }];
}

function isGeneration(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

type Told = Pick<BeaconEvent, 'loadMs' | 'cold' | 'fellBack' | 'error' | 'metric' | 'value'>;

function checkOutcome(value: object, complain: Complain): Told {
  const loadMs = own(value, 'loadMs');
  if (loadMs !== undefined && !isWithin(loadMs, oneDayMs)) complain('loadMs', 'It is not a number of milliseconds.');
  const cold = own(value, 'cold');
  if (cold !== undefined && typeof cold !== 'boolean') complain('cold', 'It is not true or false.');
  const error = own(value, 'error');
  return {
    ...(isWithin(loadMs, oneDayMs) ? { loadMs } : {}),
    ...(typeof cold === 'boolean' ? { cold } : {}),
    ...(own(value, 'fellBack') === true ? { fellBack: true } : {}),
    ...(error === undefined ? {} : checkError(error, complain)),
  };
}

/** Longer texts are cut, and control characters taken out; what is no text at all is refused. */
function checkError(value: unknown, complain: Complain): Told {
  if (!isRecord(value)) {
    complain('error', 'It is not an object.');
    return {};
  }
  const kind = own(value, 'kind');
  const name = own(value, 'name');
  const message = own(value, 'message');
  if (!isFailureKind(kind)) complain('error.kind', `It is not one of ${Object.keys(failures).join(', ')}.`);
  if (typeof name !== 'string') complain('error.name', 'It is not a text.');
  if (typeof message !== 'string') complain('error.message', 'It is not a text.');
  if (!isFailureKind(kind) || typeof name !== 'string' || typeof message !== 'string') return {};
  return { error: { kind, name: plain(name, mostOfName), message: plain(message, mostOfMessage) } };
}

function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(failures, value);
}

function plain(text: string, most: number): string {
  return text.slice(0, most).replace(/\p{Cc}+/gu, ' ');
}

function checkMetric(value: object, complain: Complain): Told {
  const metric = own(value, 'metric');
  const amount = own(value, 'value');
  const isName = typeof metric === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(metric);
  if (!isName) complain('metric', 'It is not a name: a to z, 0 to 9 and "-", at most 32 characters.');
  if (amount !== undefined && !isWithin(amount, Number.MAX_VALUE)) complain('value', 'It is not a number from 0.');
  return {
    ...(isName ? { metric } : {}),
    ...(isWithin(amount, Number.MAX_VALUE) ? { value: amount } : {}),
  };
}
