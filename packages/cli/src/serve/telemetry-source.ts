import { join } from 'node:path';
import { DeliveryError, reportedIn, type TelemetrySource } from '@sluice/core';
import { createFolderJournal } from '@sluice/local';
import { planOf } from '@sluice/schema';
import { besideOwnCounters, createPrometheusSource } from '@sluice/telemetry';
import type { World } from '../context.js';
import { headersOf, missingHeaders } from '../headers-from.js';
import type { LoadedConfig } from '../load-config.js';

/**
 * Where slots come from: what this process has taken in, or Prometheus, which scrapes this process among others. Throws
 * `config-invalid` with everything that Prometheus cannot give or cannot be asked.
 */
export function telemetrySource(loaded: LoadedConfig, world: World, own: TelemetrySource): TelemetrySource {
  const { target, path } = loaded;
  if (target.prometheus === undefined) return own;
  const details = [
    ...missingHeaders(target.prometheus, world.env).map(
      (name) => `${name} is not in the environment. Set it: export ${name}=…`,
    ),
    ...reportedMetrics(loaded),
  ];
  if (details.length > 0) {
    throw new DeliveryError({
      code: 'config-invalid',
      message: `"${path}" takes telemetry from Prometheus for target ${target.name}, and that cannot be done.`,
      remedy: `Correct it, or leave targets.${target.name}.telemetry out: then this process counts by itself.`,
      details,
    });
  }
  const { url, job, timeoutMs } = target.prometheus;
  const source = createPrometheusSource({
    url,
    job,
    timeoutMs,
    headers: headersOf(target.prometheus, world.env),
    journal: createFolderJournal({ root: join(target.telemetry, 'prometheus') }),
    now: world.now,
  });
  return besideOwnCounters(source, own);
}

/** An application's own metrics have no counters: a canary would be judged without them and nobody would know. */
function reportedMetrics({ config }: LoadedConfig): readonly string[] {
  return config.apps.flatMap((app) => {
    const reported = reportedIn(planOf(config, app)?.rules.metrics ?? []);
    return reported.map(
      ({ name }) =>
        `apps.${app.place.app}.metrics: ${name} is reported by the application, and Prometheus has no counters of it. Take it out.`,
    );
  });
}
