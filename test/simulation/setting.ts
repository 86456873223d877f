import type { AlarmReading, AppId, FreezeWindow, Plan, Stage } from '@sluice/core';
import { parseAppId } from '@sluice/core';
import type { Platform, PlatformApp, PlatformGroup } from '@sluice/controller/commands';
import { defaultRules, placeOf } from '@sluice/core';
import type { Random } from './random.js';

export const slotMs = 10_000;
export const startMs = Date.UTC(2026, 0, 15, 10, 0, 0);
export const groupName = 'pair';
export const versions = ['v1.0.0', 'v1.1.0', 'v1.2.0', 'v1.3.0'] as const;

/** What a seed decides once: apps, plans, policies. */
export interface Setting {
  readonly apps: readonly PlatformApp[];
  readonly groups: readonly PlatformGroup[];
  readonly plan: () => Plan;
  readonly more: Pick<Platform, 'limits' | 'freeze' | 'factsOf'>;
  /** Chance of a fault at each read and write. */
  readonly faultRate: number;
  readonly steps: number;
}

function appId(name: string): AppId {
  const app = parseAppId(name);
  if (app === undefined) throw new RangeError(`"${name}" is not an app`);
  return app;
}

export function createSetting(random: Random): Setting {
  const names = ['mfe1', 'mfe2', 'mfe3'].slice(0, 2 + random.below(2));
  const needy = random.chance(0.2);
  return {
    apps: names.map((name) => ({
      place: placeOf(appId(name)),
      kind: 'remote',
      superseding: random.pick(['queue', 'queue', 'replace', 'reject'] as const),
    })),
    groups: [{ name: groupName, apps: ['mfe1', 'mfe2'] }],
    plan: () => aPlan(random),
    more: {
      ...(random.chance(0.3) ? { limits: { maxConcurrent: 1 + random.below(2), maxExposedBp: 2000 } } : {}),
      ...(random.chance(0.2) ? { freeze: [aFreeze(random)] } : {}),
      factsOf: (app, version) =>
        Promise.resolve({
          needs: needy && app.place.app === 'mfe2' && version !== 'v1.0.0' ? { mfe1: '>=1.1.0' } : {},
          rollbackSafe: version !== 'v1.3.0',
        }),
    },
    faultRate: random.pick([0, 0.01, 0.03, 0.08]),
    steps: 6 + random.below(14),
  };
}

function aFreeze(random: Random): FreezeWindow {
  const fromMs = startMs + random.below(40) * slotMs;
  return { kind: 'range', fromMs, untilMs: fromMs + random.below(20) * slotMs, reason: 'quarter end' };
}

function aPlan(random: Random): Plan {
  const weights = random.pick([[500], [500, 2500], [2500, 5000], [100, 1000, 5000]]);
  const stages = [...weights, 10_000].map((weightBp) => ({ weightBp, soakMs: (1 + random.below(3)) * slotMs }));
  const audience = random.chance(0.1) ? [{ weightBp: 0, soakMs: slotMs, audience: 'staff' }] : [];
  const gate = random.chance(0.1) ? { gate: 'person' as const } : {};
  const plan: Plan = {
    name: 'simulated',
    stages: [...audience, ...stages.map((stage, i) => (i === 0 ? { ...stage, ...gate } : stage))],
    minSessions: random.pick([1, 10, 30]),
    maxDurationMs: 100 * slotMs,
    baseSlotMs: slotMs,
    outcomeWindowMs: 10_000,
    closingLagMs: 15_000,
    ramp: null,
    rules: defaultRules('default'),
    mode: random.chance(0.08) ? 'observe' : 'act',
    proof: 'normal',
    capBp: random.pick([10_000, 10_000, 10_000, 2500]),
    progressDeadlineMs: 20 * slotMs,
    onInconclusive: random.pick(['ask', 'ask', 'expire', 'promote-unproven']),
    telemetryLost: { afterMs: 3 * slotMs, policy: random.pick(['hold', 'hold', 'roll-back', 'continue']) },
    onFreeze: random.pick(['hold', 'hold', 'roll-back']),
  };
  return random.chance(0.3) ? adaptive(plan, { random, audience }) : plan;
}

interface Adaptive {
  readonly random: Random;
  readonly audience: readonly Stage[];
}

/** The same with a weight that follows a risk budget, in steps of a slot. */
function adaptive(plan: Plan, { random, audience }: Adaptive): Plan {
  const ramp = { everyMs: slotMs, failedSessions: 10, reactionMs: 3 * slotMs, growth: random.pick([2, 8]) };
  const highest = { weightBp: 2500, soakMs: (1 + random.below(3)) * slotMs };
  return { ...plan, ramp, stages: [...audience, highest, { weightBp: 9500, soakMs: slotMs }] };
}

export type Alarms = AlarmReading[];
