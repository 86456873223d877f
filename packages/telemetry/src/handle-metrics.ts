import { maxBeaconBytes } from '@sluice/core';
import { parseBeacon } from '@sluice/schema';
import type { AlarmMetrics } from './alarm-metrics.js';
import type { RateLimit } from './rate-limit.js';
import { subjectOf } from './subject.js';
import type { Telemetry } from './telemetry.js';

/** One body of `POST /api/metrics` with what is known of its sender. */
export interface MetricsRequest {
  readonly text: string;
  readonly cookieHeader: string | undefined;
  /** Client's address, as the edge saw it. */
  readonly address: string;
  /** `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
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
  /** Takes error counts and load times in; for alarms only. */
  readonly alarms?: Pick<AlarmMetrics, 'error' | 'loadTime'>;
  /** A page had this version, by its own account. */
  readonly onVersion?: (app: string, version: string) => void;
}

/** Decides what becomes of a body: counted (204), or refused with every problem named. Never throws. */
export function createMetricsHandler(options: MetricsOptions): (request: MetricsRequest) => MetricsAnswer {
  return (request) => {
    if (request.fetchSite !== undefined && request.fetchSite !== 'same-origin') {
      return { status: 403, problems: [`Sec-Fetch-Site is "${request.fetchSite.slice(0, 20)}", not "same-origin"`] };
    }
    if (!options.limit.allows(request.address, request.nowMs)) return { status: 429, problems: ['too many beacons'] };
    if (Buffer.byteLength(request.text) > maxBeaconBytes) {
      return { status: 413, problems: [`the body is larger than ${String(maxBeaconBytes)} bytes`] };
    }
    return taken(options, request);
  };
}

function taken(options: MetricsOptions, request: MetricsRequest): MetricsAnswer {
  const parsed = parseBeacon(request.text);
  switch (parsed.kind) {
    case 'invalid':
      return { status: 400, problems: parsed.issues.map(({ place, problem }) => `${place}: ${problem}`) };
    case 'alarm-metric': {
      const unknown = parsed.metrics.filter(({ app }) => !options.apps.includes(app));
      if (unknown.length > 0) return { status: 400, problems: unknown.map(({ app }) => `there is no app "${app}"`) };
      for (const { app, value } of parsed.metrics) options.alarms?.error(app, value, request.nowMs);
      return { status: 204, problems: [] };
    }
    case 'beacon': {
      const { beacon } = parsed;
      const unknown = beacon.events.filter(({ app }) => !options.apps.includes(app));
      if (unknown.length > 0) return { status: 400, problems: unknown.map(({ app }) => `there is no app "${app}"`) };
      const subject = subjectOf(request.cookieHeader);
      const { counted, uncounted } = options.telemetry.ingest(beacon, { subject, nowMs: request.nowMs });
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
