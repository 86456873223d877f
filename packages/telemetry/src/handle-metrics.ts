import { maxBeaconBytes, subjectOf, type Signer } from '@sluice/core';
import { parseBeacon, type CheckedBeacon } from '@sluice/schema';
import type { AlarmMetrics } from './alarm-metrics.js';
import type { RateLimit } from './rate-limit.js';
import type { BeaconSender, Ingested, Telemetry } from './telemetry.js';
import { rangeOf } from './trust/address-range.js';
import type { Intake } from './trust/intake.js';
import { foreign, type Provenance } from './trust/same-origin.js';

/** One body of `POST /api/metrics` with what is known of its sender. */
export interface MetricsRequest extends Provenance {
  readonly text: string;
  readonly cookieHeader: string | undefined;
  /** Client's address, as the edge saw it. */
  readonly address: string;
  readonly nowMs: number;
}
export interface MetricsAnswer {
  readonly status: 204 | 400 | 403 | 413 | 429 | 503;
  readonly problems: readonly string[];
}

/** What both ways of ingestion need: in this process, and in a table. */
export interface AdmissionOptions {
  readonly limit: RateLimit;
  /** Apps that are in the configuration. */
  readonly apps: readonly string[];
  /** Believes only subjects that the edge has signed. Absent: there is no edge that signs. */
  readonly signer?: Signer | undefined;
  /** Told of everything that is taken in or refused. */
  readonly intake?: Intake;
  /** Takes error counts and load times in; for alarms only. */
  readonly alarms?: Pick<AlarmMetrics, 'error' | 'loadTime'>;
  /** A page had this version, by its own account. */
  readonly onVersion?: (app: string, version: string) => void;
}

export interface MetricsOptions extends AdmissionOptions {
  readonly telemetry: Pick<Telemetry, 'ingest'>;
}

/** Decides what becomes of a body: counted (204), or refused with every problem named. Never throws. */
export function createMetricsHandler(options: MetricsOptions): (request: MetricsRequest) => MetricsAnswer {
  return (request) => {
    const admitted = admit(options, request);
    if (!('beacon' in admitted)) return admitted;
    return answerTo(options, request, { ...admitted, ...options.telemetry.ingest(admitted.beacon, admitted.from) });
  };
}

/** A beacon that may be counted. */
interface Admitted {
  readonly beacon: CheckedBeacon;
  readonly from: BeaconSender;
}

/** Everything that can be decided before counting: the beacon, or the answer. */
export function admit(options: AdmissionOptions, request: MetricsRequest): Admitted | MetricsAnswer {
  const from = foreign(request);
  if (from !== undefined) return refused(options, 'other-site', { status: 403, problems: [from] });
  if (!options.limit.allows(request.address, request.nowMs)) {
    return refused(options, 'too-many', { status: 429, problems: ['too many beacons'] });
  }
  if (Buffer.byteLength(request.text) > maxBeaconBytes) {
    const problems = [`the body is larger than ${String(maxBeaconBytes)} bytes`];
    return refused(options, 'too-large', { status: 413, problems });
  }
  return parsed(options, request);
}

function refused({ intake }: AdmissionOptions, cause: string, answer: MetricsAnswer): MetricsAnswer {
  intake?.refused(cause);
  return answer;
}

function parsed(options: AdmissionOptions, request: MetricsRequest): Admitted | MetricsAnswer {
  const body = parseBeacon(request.text);
  switch (body.kind) {
    case 'invalid': {
      const problems = body.issues.map(({ place, problem }) => `${place}: ${problem}`);
      return refused(options, 'invalid', { status: 400, problems });
    }
    case 'alarm-metric': {
      const unknown = body.metrics.filter(({ app }) => !options.apps.includes(app));
      if (unknown.length > 0) return { status: 400, problems: unknown.map(({ app }) => `there is no app "${app}"`) };
      for (const { app, value } of body.metrics) options.alarms?.error(app, value, request.nowMs);
      return { status: 204, problems: [] };
    }
    case 'beacon':
      return sentBy(options, request, body.beacon);
  }
}

function sentBy(options: AdmissionOptions, request: MetricsRequest, beacon: CheckedBeacon): Admitted | MetricsAnswer {
  const unknown = beacon.events.filter(({ app }) => !options.apps.includes(app));
  if (unknown.length > 0) {
    const problems = unknown.map(({ app }) => `there is no app "${app}"`);
    return refused(options, 'unknown-app', { status: 400, problems });
  }
  const nowS = Math.floor(request.nowMs / 1000);
  const { subject, signature } = subjectOf(options.signer, { cookies: request.cookieHeader, nowS });
  if (options.signer !== undefined && subject !== undefined && signature === 'none') {
    return refused(options, 'unsigned', { status: 403, problems: ['the edge has not signed this subject'] });
  }
  return { beacon, from: { subject, range: rangeOf(request.address), nowMs: request.nowMs } };
}

/** The answer to a beacon of which so much was counted; tells alarms and others of it. */
export function answerTo(
  options: AdmissionOptions,
  { nowMs }: MetricsRequest,
  { beacon, counted, uncounted }: Pick<Admitted, 'beacon'> & Ingested,
): MetricsAnswer {
  options.intake?.taken(counted);
  for (const cause of uncounted) options.intake?.refused(cause);
  for (const { app, version, kind, loadMs } of beacon.events) {
    options.onVersion?.(app, version);
    if (kind === 'failed') options.alarms?.error(app, 1, nowMs);
    if (loadMs !== undefined) options.alarms?.loadTime(app, loadMs, nowMs);
  }
  const forged = uncounted.filter((cause) => cause === 'unknown-version' || cause === 'mismatch');
  return counted === 0 && forged.length > 0 ? { status: 400, problems: forged } : { status: 204, problems: [] };
}
