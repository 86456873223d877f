import { readBaselines, type Known } from '@sluice/controller/commands';
import type { AppId, Forecast, Plan } from '@sluice/core';
import { explainForecast, forecast, forecastWarnings, rateBefore } from '@sluice/core';
import type { ConfigApp, Target } from '@sluice/schema';
import { audienceWarnings } from './audience-reach.js';
import type { Context } from './context.js';

/** Failed sessions where nobody knows: the middle of what apps have. */
export const usualFailureRate = 0.005;

/** Traffic and errors as they are counted, or given. */
interface Traffic {
  readonly sessionsPerSecond: number;
  readonly failureRate: number;
  /** `assumed`: too little was seen of stable, and nothing was given. */
  readonly errors: 'counted' | 'given' | 'assumed';
  /** What was counted of stable. */
  readonly before: { readonly sessions: number; readonly failed: number };
}

export type KnownTraffic = ({ readonly kind: 'known' } & Traffic) | { readonly kind: 'unknown'; readonly why: string };

interface Given {
  readonly sessionsPerSecond?: number | undefined;
  readonly failureRate?: number | undefined;
}

/** What each app's stable version does; what is given counts before what was counted. */
export async function trafficOf(
  context: Context,
  apps: readonly AppId[],
  given: Given = {},
): Promise<ReadonlyMap<AppId, KnownTraffic>> {
  const baselines = await readBaselines(context.platform, apps);
  return new Map([...baselines].map(([app, known]) => [app, merged(known, given)]));
}

function merged(known: Known, given: Given): KnownTraffic {
  const before = known.kind === 'known' ? known.before : undefined;
  const sessionsPerSecond = given.sessionsPerSecond ?? before?.sessionsPerSecond ?? 0;
  if (sessionsPerSecond <= 0) return { kind: 'unknown', why: known.kind === 'unknown' ? known.why : unseen };
  const counted = before && rateBefore(before);
  const failureRate = given.failureRate ?? counted ?? usualFailureRate;
  const errors = given.failureRate !== undefined ? 'given' : typeof counted === 'number' ? 'counted' : 'assumed';
  const { sessions = 0, failed = 0 } = before ?? {};
  return { kind: 'known', sessionsPerSecond, failureRate, errors, before: { sessions, failed } };
}

const unseen = 'its traffic is not known: a controller counts it, and has seen no session of stable lately';

/** What is expected of a plan: data, and the lines that a person reads. */
export interface Expectation {
  readonly app: AppId;
  readonly plan: string;
  readonly traffic: KnownTraffic;
  readonly forecast: Forecast | null;
  readonly sentence: string;
  readonly warnings: readonly string[];
}

export function expectationOf(target: Target, expecting: Expecting): Expectation {
  const { app, plan, traffic } = expecting;
  const about = { app: app.place.app, plan: plan.name, traffic };
  const unreached = audienceWarnings(target, app, plan);
  if (traffic.kind === 'unknown') {
    const sentence = `How long it takes cannot be told: ${traffic.why}.`;
    return { ...about, forecast: null, sentence, warnings: [...unreached, ...unknownWarnings(plan)] };
  }
  const expected = forecast({ plan, ...traffic });
  return {
    ...about,
    forecast: expected,
    sentence: explainForecast(plan, expected),
    warnings: [...unreached, ...forecastWarnings(plan, expected)],
  };
}

interface Expecting {
  readonly app: ConfigApp;
  readonly plan: Plan;
  readonly traffic: KnownTraffic;
}

function unknownWarnings({ ramp, stages }: Plan): readonly string[] {
  if (ramp === null || stages[0]?.audience !== undefined) return [];
  return ['An adaptive plan then begins at 0.01 %, and grows when a controller (`sluice serve`) has counted sessions.'];
}
