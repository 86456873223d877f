import type { AppId, BeaconEvent, BeaconEventKind, FailureKind, Reason, VersionId } from '@sluice/core';
import { parseAppId, parseVersionId } from '@sluice/core';
import { isWithin } from './json-value.js';
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

/** What JSON.parse has made: it has no prototype but the one of all objects, which has none of our fields. */
type Fields = Readonly<Record<string, unknown>>;
type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Event = Writable<CheckedEvent>;

/** The event, or undefined where it is none: then every problem was complained about. */
export function checkEvent(value: unknown, complain: Complain): CheckedEvent | undefined {
  if (!isRecord(value)) {
    complain('.', 'It is not an object.');
    return undefined;
  }
  const { kind, reason, ageMs, generation } = value;
  const app = parseAppId(value['app']);
  const version = parseVersionId(value['version']);
  if (app === undefined) complain('app', 'It is not an app name.');
  if (version === undefined) complain('version', 'It is not a version.');
  if (!isKind(kind)) complain('kind', 'It is not attempt, ok, failed, left or metric.');
  if (!isReason(reason)) complain('reason', 'It is not a reason of assignment.');
  if (!isWithin(ageMs, oneDayMs)) complain('ageMs', 'It is not a number of milliseconds from 0 to a day.');
  if (generation !== undefined && !isGeneration(generation)) complain('generation', 'It is not a whole number.');
  const told: Told = {};
  if (kind === 'metric') checkMetric(value, told, complain);
  else checkOutcome(value, told, complain);
  if (app === undefined || version === undefined || !isKind(kind) || !isReason(reason)) return undefined;
  if (!isWithin(ageMs, oneDayMs)) return undefined;
  const event: Event = { app, version, kind, reason, ageMs };
  if (isGeneration(generation)) event.generation = generation;
  return Object.assign(event, told);
}

function isKind(value: unknown): value is BeaconEventKind {
  return (kinds as readonly unknown[]).includes(value);
}

function isReason(value: unknown): value is Reason {
  return (reasons as readonly unknown[]).includes(value);
}

function isGeneration(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

type Told = Writable<Pick<BeaconEvent, 'loadMs' | 'cold' | 'fellBack' | 'error' | 'metric' | 'value'>>;

function checkOutcome({ loadMs, cold, fellBack, error }: Fields, told: Told, complain: Complain): void {
  if (isWithin(loadMs, oneDayMs)) told.loadMs = loadMs;
  else if (loadMs !== undefined) complain('loadMs', 'It is not a number of milliseconds.');
  if (typeof cold === 'boolean') told.cold = cold;
  else if (cold !== undefined) complain('cold', 'It is not true or false.');
  if (fellBack === true) told.fellBack = true;
  if (error !== undefined) checkError(error, told, complain);
}

/** Longer texts are cut, and control characters taken out; what is no text at all is refused. */
function checkError(value: unknown, told: Told, complain: Complain): void {
  if (!isRecord(value)) {
    complain('error', 'It is not an object.');
    return;
  }
  const { kind, name, message } = value;
  if (!isFailureKind(kind)) complain('error.kind', `It is not one of ${Object.keys(failures).join(', ')}.`);
  if (typeof name !== 'string') complain('error.name', 'It is not a text.');
  if (typeof message !== 'string') complain('error.message', 'It is not a text.');
  if (!isFailureKind(kind) || typeof name !== 'string' || typeof message !== 'string') return;
  told.error = { kind, name: plain(name, mostOfName), message: plain(message, mostOfMessage) };
}

function isFailureKind(value: unknown): value is FailureKind {
  return typeof value === 'string' && Object.hasOwn(failures, value);
}

function plain(text: string, most: number): string {
  return text.slice(0, most).replace(/\p{Cc}+/gu, ' ');
}

function checkMetric({ metric, value }: Fields, told: Told, complain: Complain): void {
  if (typeof metric === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(metric)) told.metric = metric;
  else complain('metric', 'It is not a name: a to z, 0 to 9 and "-", at most 32 characters.');
  if (isWithin(value, Number.MAX_VALUE)) told.value = value;
  else if (value !== undefined) complain('value', 'It is not a number from 0.');
}
