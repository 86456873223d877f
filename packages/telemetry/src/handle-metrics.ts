import { maxBeaconBytes, subjectOf, type Signer } from '@sluice/core';
import { parseBeacon } from '@sluice/schema';
import type { AlarmMetrics } from './alarm-metrics.js';
import type { RateLimit } from './rate-limit.js';
import type { Telemetry } from './telemetry.js';
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
  readonly status: 204 | 400 | 403 | 413 | 429;
  readonly problems: readonly string[];
}

export interface MetricsOptions {
  readonly telemetry: Telemetry;
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

/** Decides what becomes of a body: counted (204), or refused with every problem named. Never throws. */
export function createMetricsHandler(options: MetricsOptions): (request: MetricsRequest) => MetricsAnswer {
  return (request) => {
    const from = foreign(request);
    if (from !== undefined) return refused(options, 'other-site', { status: 403, problems: [from] });
    if (!options.limit.allows(request.address, request.nowMs)) {
      return refused(options, 'too-many', { status: 429, problems: ['too many beacons'] });
    }
    if (Buffer.byteLength(request.text) > maxBeaconBytes) {
      const problems = [`the body is larger than ${String(maxBeaconBytes)} bytes`];
      return refused(options, 'too-large', { status: 413, problems });
    }
    return taken(options, request);
  };
}

function refused({ intake }: MetricsOptions, cause: string, answer: MetricsAnswer): MetricsAnswer {
  intake?.refused(cause);
  return answer;
}

function taken(options: MetricsOptions, request: MetricsRequest): MetricsAnswer {
  const parsed = parseBeacon(request.text);
  switch (parsed.kind) {
    case 'invalid': {
      const problems = parsed.issues.map(({ place, problem }) => `${place}: ${problem}`);
      return refused(options, 'invalid', { status: 400, problems });
    }
    case 'alarm-metric': {
      const unknown = parsed.metrics.filter(({ app }) => !options.apps.includes(app));
      if (unknown.length > 0) return { status: 400, problems: unknown.map(({ app }) => `there is no app "${app}"`) };
      for (const { app, value } of parsed.metrics) options.alarms?.error(app, value, request.nowMs);
      return { status: 204, problems: [] };
    }
    case 'beacon': {
      const { beacon } = parsed;
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
      const range = rangeOf(request.address);
      const { counted, uncounted } = options.telemetry.ingest(beacon, { subject, range, nowMs: request.nowMs });
      options.intake?.taken(counted);
      for (const cause of uncounted) options.intake?.refused(cause);
      for (const { app, version, kind, loadMs } of beacon.events) {
        options.onVersion?.(app, version);
        if (kind === 'failed') options.alarms?.error(app, 1, request.nowMs);
        if (loadMs !== undefined) options.alarms?.loadTime(app, loadMs, request.nowMs);
      }
      const forged = uncounted.filter((cause) => cause === 'unknown-version' || cause === 'mismatch');
      return counted === 0 && forged.length > 0 ? { status: 400, problems: forged } : { status: 204, problems: [] };
    }
  }
}
