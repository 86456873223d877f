import type { ServerResponse } from 'node:http';
import type { ArmMeasurements, Slot, SlotJournal, TelemetrySource, WatchedRollout } from '@sluice/core';
import { parseAppId, parseVersionId } from '@sluice/core';
import { createMemoryJournal } from '@sluice/local';
import { createPrometheusSource } from '../index.js';
import type { MetricSample } from '../metrics/exposition.js';
import { createSlotCounts, startTimeName, type SlotCounts } from '../metrics/slot-counts.js';
import { wrong } from '../telemetry.fixture.js';
import type { Endpoint, Reply } from '../web/endpoint.fixture.js';

type Labels = MetricSample['labels'];

const watched: WatchedRollout = {
  rolloutId: 'r1',
  app: parseAppId('mfe1') ?? wrong('app'),
  stable: parseVersionId('v1.0.0') ?? wrong('stable'),
  canary: parseVersionId('v1.1.0') ?? wrong('canary'),
  salt: 'mfe1@v1.1.0',
  weightBp: 500,
  revision: 2,
  rules: { baseSlotMs: 10_000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false },
  lastSlot: 0,
};

/** Series as Prometheus keeps them, answered as `/api/v1/query` does for a range selector. */
class FakePrometheus {
  readonly warnings: string[] = [];
  readonly #series = new Map<string, { readonly labels: Labels; readonly samples: [number, string][] }>();

  add(labels: Labels, atMs: number, value: string): void {
    const key = JSON.stringify(labels);
    const series = this.#series.get(key) ?? { labels, samples: [] };
    this.#series.set(key, series);
    series.samples.push([atMs, value]);
  }

  readonly reply: Reply = (response, { path }) => {
    const asked = new URL(path ?? '', 'http://prometheus').searchParams;
    const [, names = '', matchers = '', range = ''] =
      /^\{__name__=~"([^"]*)"((?:,\w+="[^"]*")*)\}\[(\d+)ms\]$/.exec(asked.get('query') ?? '') ?? wrong('query');
    const toMs = Number(asked.get('time')) * 1000;
    const wanted = [...matchers.matchAll(/,(\w+)="([^"]*)"/g)];
    const result = [...this.#series.values()].flatMap(({ labels, samples }) => {
      if (!names.split('|').includes(labels['__name__'] ?? '')) return [];
      if (wanted.some(([, name = '', value]) => labels[name] !== value)) return [];
      const values = samples
        .filter(([atMs]) => atMs > toMs - Number(range) && atMs <= toMs)
        .map(([atMs, value]) => [atMs / 1000, value]);
      return values.length === 0 ? [] : [{ metric: labels, values }];
    });
    response.end(
      JSON.stringify({ status: 'success', data: { resultType: 'matrix', result }, warnings: this.warnings }),
    );
  };
}

/** A process that counts closed slots, as ours do, and is scraped when the test says. */
class FakeInstance {
  #counts: SlotCounts;
  #startS: number;
  readonly #world: PrometheusWorld;
  readonly #name: string;

  constructor(world: PrometheusWorld, { name, counts }: { readonly name: string; readonly counts: SlotCounts }) {
    this.#counts = counts;
    this.#world = world;
    this.#name = name;
    this.#startS = world.nowMs / 1000 - 500;
  }

  /** A slot of this process has closed. */
  closes(canary: ArmMeasurements, baseline: ArmMeasurements, more: Partial<Slot & WatchedRollout> = {}): void {
    const { revision, weightBp, rolloutId } = { ...this.#world.watched, ...more };
    const slot: Slot = {
      id: 1,
      kind: 'comparison',
      startMs: 0,
      lengthMs: 10_000,
      canary,
      baseline,
      rolloutId,
      revision,
      weightBp,
    };
    this.#counts.saw({ ...this.#world.watched, ...more }, [{ ...slot, ...(more.half && { half: more.half }) }]);
  }

  restart(): void {
    this.#counts = createSlotCounts();
    this.#startS = this.#world.nowMs / 1000;
  }

  scraped(atMs = this.#world.nowMs): void {
    const { prometheus } = this.#world;
    prometheus.add(this.#labels('up'), atMs, '1');
    prometheus.add(this.#labels(startTimeName), atMs, String(this.#startS));
    for (const { name, samples } of this.#counts.families()) {
      for (const { labels, value } of samples) prometheus.add(this.#labels(name, labels), atMs, String(value));
    }
  }

  down(atMs = this.#world.nowMs): void {
    this.#world.prometheus.add(this.#labels('up'), atMs, '0');
  }

  /** One counter has this value, whatever it is. */
  says(value: string): void {
    const of = {
      app: 'mfe1',
      rollout: 'r1',
      revision: '2',
      weight_bp: '500',
      version: 'v1.1.0',
      arm: 'canary',
      of: 'all',
    };
    this.#world.prometheus.add(this.#labels('sluice_slot_sessions_total', of), this.#world.nowMs, value);
  }

  #labels(name: string, more: Labels = {}): Labels {
    return { __name__: name, job: 'sluice', instance: this.#name, ...more };
  }
}

/** A rollout whose slots come from Prometheus, with a clock that the test moves. */
export class PrometheusWorld {
  nowMs = 1_000_000_000;
  watched = watched;
  readonly journal: SlotJournal = createMemoryJournal();
  readonly prometheus = new FakePrometheus();
  /** Answers instead of Prometheus, while it is there. */
  instead: ((response: ServerResponse) => void) | undefined;
  /** Of the sources that are made from now on. */
  timeoutMs = 30_000;
  readonly #origin: string;
  source: TelemetrySource;

  constructor(origin: string) {
    this.#origin = origin;
    this.source = this.#process();
  }

  #process(): TelemetrySource {
    return createPrometheusSource({
      url: this.#origin,
      headers: { Authorization: 'Bearer secret-7f3a' },
      timeoutMs: this.timeoutMs,
      job: 'sluice',
      journal: this.journal,
      now: () => this.nowMs,
    });
  }

  /** One whose slots the test closes, or that counts by itself. */
  instance(name: string, counts: SlotCounts = createSlotCounts()): FakeInstance {
    return new FakeInstance(this, { name, counts });
  }

  another(): TelemetrySource {
    return this.#process();
  }

  async follow(next: Partial<WatchedRollout> = {}): Promise<void> {
    this.watched = { ...this.watched, ...next };
    await this.source.watch([this.watched]);
  }

  async restart(): Promise<void> {
    this.source = this.#process();
    await this.follow();
  }

  async slots(after = 0): Promise<readonly Slot[]> {
    return this.source.closedSlots('r1', after);
  }
}

export async function aPrometheusWorld(start: (reply: Reply) => Promise<Endpoint>): Promise<PrometheusWorld> {
  const serving: { world?: PrometheusWorld } = {};
  const { origin } = await start((response, request) => {
    const { world } = serving;
    if (world?.instead !== undefined) world.instead(response);
    else world?.prometheus.reply(response, request);
  });
  const world = new PrometheusWorld(origin);
  serving.world = world;
  await world.follow();
  return world;
}
