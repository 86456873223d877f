import type { AlarmDefinition, AlarmReading, AlarmState, AppId } from '@sluice/core';
import { evaluateAlarm } from '@sluice/core';
import type { AlarmMetrics } from './alarm-metrics.js';

export interface LocalAlarmsOptions {
  readonly metrics: AlarmMetrics;
  readonly apps: readonly AppId[];
  readonly definitions: readonly AlarmDefinition[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Alarms on one machine, evaluated as CloudWatch does, once a minute at most. */
export interface LocalAlarms {
  readings(): readonly AlarmReading[];
}

export function createLocalAlarms(options: LocalAlarmsOptions): LocalAlarms {
  const states = new Map<string, AlarmState>();
  let readings: readonly AlarmReading[] = [];
  let minute = -1;
  const read = (definition: AlarmDefinition, app: AppId | null): AlarmReading => {
    const key = `${definition.name} ${app ?? ''}`;
    const datapoints = options.metrics.datapoints(app, definition, options.now());
    const state = evaluateAlarm(definition, { datapoints, previous: states.get(key) ?? 'insufficient-data' });
    states.set(key, state);
    return { alarm: definition.name, app, scope: definition.scope, state, why: explain(definition, datapoints) };
  };
  return {
    readings() {
      const now = Math.floor(options.now() / 60_000);
      if (now === minute) return readings;
      minute = now;
      readings = options.definitions.flatMap((definition) =>
        (definition.scope === 'global' ? [null] : options.apps).map((app) => read(definition, app)),
      );
      return readings;
    },
  };
}

function explain(definition: AlarmDefinition, datapoints: readonly (number | null)[]): string {
  const last = datapoints.slice(-definition.evaluationPeriods).map((value) => (value === null ? 'none' : round(value)));
  const minutes = definition.periodMs / 60_000;
  return `${last.join(', ')} in the last periods of ${String(minutes)} min; it goes off above ${String(definition.threshold)}.`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
