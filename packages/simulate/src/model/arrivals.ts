import type { ArmCounts, ArmMeasurements } from '@sluice/core';
import type { Random } from '../random/random.js';
import type { Counted, Crowd, Span } from './crowd.js';
import { measureArm, createMeasuring } from './measure-arm.js';
import { newUsers } from './new-users.js';
import { returningUsers } from './returning-users.js';
import type { Scenario } from './scenario.js';

/** What came in a span. */
export interface Arrived {
  readonly canary: ArmMeasurements;
  readonly baseline: ArmMeasurements;
  /** One half of the baseline. */
  readonly half: ArmCounts;
  /** All sessions by arm, counted or not. */
  readonly all: { readonly canary: Counted; readonly baseline: Counted };
}

export interface Arrivals {
  take(span: Span): Arrived;
}

/** Sessions as a scenario has them. What need not be told apart is drawn as a count, which is the same in distribution. */
export function createArrivals(scenario: Scenario, random: Random): Arrivals {
  const crowd = crowdOf(scenario, random);
  const measuring = createMeasuring(scenario, random);
  return {
    take(span) {
      const { canary, baseline } = crowd.come(span);
      const measured = measureArm(measuring, { arm: 'baseline', ...baseline, isIncident: span.isIncident });
      return {
        canary: measureArm(measuring, { arm: 'canary', ...canary, isIncident: span.isIncident }).arm,
        baseline: measured.arm,
        half: measured.half,
        all: { canary, baseline },
      };
    },
  };
}

function crowdOf(scenario: Scenario, random: Random): Crowd {
  const { users, sessionsPerSecond } = scenario;
  if (users.kind === 'new') return newUsers(scenario, random, sessionsPerSecond);
  const back = returningUsers({ ...scenario, users }, random);
  const others = newUsers(scenario, random, sessionsPerSecond * (1 - users.share));
  return {
    come(span) {
      const [a, b] = [back.come(span), others.come(span)];
      return { canary: add(a.canary, b.canary), baseline: add(a.baseline, b.baseline) };
    },
  };
}

function add(a: Counted, b: Counted): Counted {
  return {
    sessions: a.sessions + b.sessions,
    failed: a.failed + b.failed,
    exposed: a.exposed + b.exposed,
    exposedFailed: a.exposedFailed + b.exposedFailed,
  };
}
