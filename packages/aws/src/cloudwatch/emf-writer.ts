import { emitted, type DimensionName, type EmittedMetric } from './emitted.js';

export interface EmfWriterOptions {
  /** Takes one line without a line break: the log of a Lambda, or of CloudWatch's agent. */
  readonly write: (line: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Reported {
  readonly app: string;
  readonly version?: string | undefined;
}

/** Writes metrics as lines of a log, which CloudWatch takes out of it: no request, and nothing to wait for. */
export interface EmfWriter {
  errors(of: Reported & { readonly errorType?: string | undefined }, count: number): void;
  /** Each page's own, in milliseconds: percentiles need them all. */
  loadTimes(of: Reported, valuesMs: readonly number[]): void;
  sessions(of: Reported, counts: { readonly sessions: number; readonly failed: number }): void;
  /** A tick of the controller is done. */
  heartbeat(platform: string): void;
}

/** A line may have at most so many values of one metric (AWS, "Specification: Embedded metric format"). */
const mostValues = 100;

/** Each is a metric that is paid for, and pages could make up any number of them. */
const mostErrorTypes = 50;

export function createEmfWriter({ write, now }: EmfWriterOptions): EmfWriter {
  const errorTypes = new Set<string>();
  const known = (errorType: string | undefined): string | undefined => {
    if (errorType === undefined || errorTypes.has(errorType)) return errorType;
    if (errorTypes.size >= mostErrorTypes) return 'other';
    errorTypes.add(errorType);
    return errorType;
  };
  const line = (dimensions: Dimensions, metrics: readonly Measured[]): void => {
    write(JSON.stringify(emfDocument({ timestampMs: now(), dimensions, metrics })));
  };
  return {
    errors: ({ app, version, errorType }, count) => {
      line({ MFE: app, Version: version, ErrorType: known(errorType) }, [{ of: emitted.errors, value: count }]);
    },
    loadTimes: ({ app, version }, valuesMs) => {
      for (let i = 0; i < valuesMs.length; i += mostValues) {
        line({ MFE: app, Version: version }, [{ of: emitted.loadTime, value: valuesMs.slice(i, i + mostValues) }]);
      }
    },
    sessions: ({ app, version }, { sessions, failed }) => {
      const measured = [
        { of: emitted.sessions, value: sessions },
        { of: emitted.failedSessions, value: failed },
      ];
      line({ MFE: app, Version: version }, measured);
    },
    heartbeat: (platform) => {
      line({ Platform: platform }, [{ of: emitted.heartbeat, value: 1 }]);
    },
  };
}

type Dimensions = Readonly<Partial<Record<DimensionName, string | undefined>>>;

interface Measured {
  readonly of: EmittedMetric;
  readonly value: number | readonly number[];
}

interface Line {
  readonly timestampMs: number;
  readonly dimensions: Dimensions;
  readonly metrics: readonly Measured[];
}

function emfDocument({ timestampMs, dimensions, metrics }: Line): Readonly<Record<string, unknown>> {
  const given = Object.entries(dimensions).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, dimensionValue(value)] as const],
  );
  const names = given.map(([name]) => name);
  const directives = metrics.map(({ of }) => ({
    Namespace: of.namespace,
    Dimensions: of.dimensionSets.filter((set) => set.every((name) => names.includes(name))),
    Metrics: [{ Name: of.metric, Unit: of.unit }],
  }));
  return {
    _aws: { Timestamp: timestampMs, CloudWatchMetrics: directives },
    ...Object.fromEntries(given),
    ...Object.fromEntries(metrics.map(({ of, value }) => [of.metric, value])),
  };
}

/** CloudWatch drops a metric whose dimension has more than 1,024 characters, or others than visible ASCII. */
function dimensionValue(text: string): string {
  return (
    text
      .replaceAll(/[^ -~]/gu, '?')
      .trim()
      .slice(0, 256) || '?'
  );
}
