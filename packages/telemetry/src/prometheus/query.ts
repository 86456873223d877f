import { DeliveryError } from '@sluice/core';
import { askJson } from '../ask-json.js';

/** One series as Prometheus answers it; values are texts, and what they may be is for the reader to say. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly (readonly [atMs: number, value: string])[];
}

export interface PrometheusOptions {
  /** Where the API begins: `https://prometheus.example.com`, or with a path before `/api/v1`. */
  readonly url: string;
  /** With their values; they are sent and never told. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** All raw samples of the selected series from one moment to another, both included. */
export type Query = (
  selector: string,
  range: { readonly fromMs: number; readonly toMs: number },
) => Promise<readonly Series[]>;

/** Half an hour of a rollout with many buckets fits in several times over. */
const maxBytes = 16 * 1024 * 1024;

/** Asks `/api/v1/query` (Prometheus, "HTTP API", instant queries). Rejects with `telemetry-unreachable`. */
export function createQuery({ url, headers, timeoutMs }: PrometheusOptions): Query {
  return async (selector, { fromMs, toMs }) => {
    const asked = new URL('api/v1/query', url.endsWith('/') ? url : `${url}/`);
    // One more millisecond: Prometheus 3 leaves the left end of a range out, Prometheus 2 does not.
    asked.searchParams.set('query', `${selector}[${String(toMs - fromMs + 1)}ms]`);
    asked.searchParams.set('time', (toMs / 1000).toFixed(3));
    const answer = await askJson({
      url: asked,
      method: 'GET',
      headers: { Accept: 'application/json', ...headers },
      timeoutMs,
      maxBytes,
    });
    if (answer.kind === 'none') throw unusable(answer.why);
    return seriesOf(answer.value).map(({ labels, samples }) => ({
      labels,
      samples: samples.filter(([atMs]) => atMs >= fromMs && atMs <= toMs),
    }));
  };
}

/** Why Prometheus does not say what is asked; told with neither its address nor headers. */
export function unusable(why: string): DeliveryError {
  return new DeliveryError({
    code: 'telemetry-unreachable',
    message: `Prometheus does not say what pages report: ${why}.`,
    remedy: 'It is asked again; look at `telemetry` of the target, and at the targets page of Prometheus.',
  });
}

function seriesOf(answer: unknown): readonly Series[] {
  const { status, data, warnings } = record(answer, 'its answer is not one of Prometheus');
  if (status !== 'success') throw unusable('its answer is not a success');
  // Of a remote store that did not answer, for example: what is there is only a part.
  if (Array.isArray(warnings) && warnings.length > 0) throw unusable('it warns that its answer may be incomplete');
  const { resultType, result } = record(data, 'its answer has no data');
  if (resultType !== 'matrix' || !Array.isArray(result)) throw unusable('its answer is not a list of series');
  return (result as readonly unknown[]).map(readSeries);
}

function readSeries(one: unknown): Series {
  const { metric, values } = record(one, 'a series cannot be read');
  const labels = Object.entries(record(metric, 'a series has no labels'));
  if (!Array.isArray(values) || labels.some(([, value]) => typeof value !== 'string')) {
    throw unusable('a series cannot be read');
  }
  return {
    labels: Object.fromEntries(labels) as Readonly<Record<string, string>>,
    samples: (values as readonly unknown[]).map(readSample),
  };
}

function readSample(sample: unknown): readonly [number, string] {
  const [seconds, value]: readonly unknown[] = Array.isArray(sample) ? sample : [];
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || typeof value !== 'string') {
    throw unusable('a sample is not a time and a value');
  }
  return [Math.round(seconds * 1000), value];
}

function record(value: unknown, why: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unusable(why);
  return value as Readonly<Record<string, unknown>>;
}
