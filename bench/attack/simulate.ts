import type { CheckedEvent } from '@sluice/schema';
import {
  applySlot,
  bucketOf,
  createAnalysis,
  defaultRules,
  horizonOf,
  parseAppId,
  parseVersionId,
  type WatchedRollout,
} from '@sluice/core';
import { createMemoryJournal } from '@sluice/local';
import { createTelemetry, type RangeCaps, type Telemetry } from '@sluice/telemetry';

/** Honest traffic with attackers in it. */
export interface Attack {
  readonly seed: number;
  /** Honest sessions per second, of address ranges of very different size. */
  readonly perSecond: number;
  /** Canary's share in basis points. */
  readonly weightBp: number;
  /** Honest failure rates. */
  readonly stableRate: number;
  readonly canaryRate: number;
  /** Address ranges that the attacker has, each sending as much as it can. */
  readonly ranges: number;
  /**
   * `cause`: failed canary sessions · `hide`: canary sessions that are well, and failed stable ones · `hide-unnoticed`:
   * the same in the shares that were decided, so that they do not give the attacker away.
   */
  readonly aim: 'cause' | 'hide' | 'hide-unnoticed';
  readonly minutes: number;
  readonly caps: RangeCaps;
  /** Of how many different ranges failed canary sessions must be before a rollback acts. Default: any. */
  readonly leastRanges?: number;
  /** Of how many ranges the honest visitors are. */
  readonly honestRanges?: number;
}

export interface Attacked {
  readonly rolledBackAtS: number | undefined;
  /** Held at some time: by evidence, or because the shares of the arms are not what was decided. */
  readonly held: boolean;
  /** Honest sessions that had the canary until then. */
  readonly exposed: number;
  /** Attacker's sessions that were counted. */
  readonly counted: number;
  /** Share of the honest sessions that the caps left out. */
  readonly leftOut: number;
}

/** No cap: what one address can do without them. */
export const noCaps: RangeCaps = { perSlot: Infinity, failed: Infinity };

const salt = 'mfe1@v1.1.0';
const stable = parseVersionId('v1.0.0') ?? wrong();
const canary = parseVersionId('v1.1.0') ?? wrong();
const app = parseAppId('mfe1') ?? wrong();
/** What one attacking range sends each second. */
const triesPerSecond = 5;

/** The real telemetry and the real analysis, second by second, on a simulated clock. */
export async function simulate(attack: Attack): Promise<Attacked> {
  const random = mulberry(attack.seed);
  let nowMs = 1_800_000_000_000;
  const telemetry = createTelemetry({
    journal: createMemoryJournal(),
    now: () => nowMs,
    sampleRate: 0,
    caps: attack.caps,
  });
  await telemetry.watch([watched(attack.weightBp)]);
  const rules = defaultRules('default');
  let analysis = createAnalysis({ horizon: horizonOf(attack.minutes * 60_000), rules });
  const senders = createSenders(telemetry, attack);
  let last = 0;
  let held = false;
  for (let second = 0; second < attack.minutes * 60; second += 1) {
    nowMs += 1000;
    senders.honest({ nowMs, random });
    senders.attackers(nowMs);
    if (second % 10 !== 9) continue;
    for (const slot of await telemetry.closedSlots('r1', last)) {
      analysis = applySlot(analysis, rules, slot);
      last = slot.id;
    }
    held = held || analysis.judgement.holds.length > 0;
    if (analysis.judgement.failed && senders.rangesFailed() >= (attack.leastRanges ?? 0))
      return { rolledBackAtS: second + 1, held, ...senders.counts() };
  }
  return { rolledBackAtS: undefined, held, ...senders.counts() };
}

function watched(weightBp: number): WatchedRollout {
  const rules = { baseSlotMs: 10_000, outcomeWindowMs: 10_000, closingLagMs: 15_000, guardrail: false };
  return { rolloutId: 'r1', app, stable, canary, salt, weightBp, revision: 1, rules, lastSlot: 0 };
}

interface Session {
  readonly subject: string;
  readonly page: string;
  readonly range: string;
  readonly fails: boolean;
}

function createSenders(telemetry: Telemetry, attack: Attack) {
  let ids = 0;
  let open: Session[] = [];
  let counted = 0;
  const honest = { sent: 0, leftOut: 0, exposed: 0 };
  const { honestRanges = 20_000 } = attack;
  const failedRanges = new Set<string>();
  const isCanary = (subject: string): boolean => bucketOf(salt, subject) < attack.weightBp;
  const send = ({ subject, page, range }: Session, kind: CheckedEvent['kind'], nowMs: number): boolean => {
    const version = isCanary(subject) ? canary : stable;
    const ageMs = kind === 'attempt' ? 0 : 1000;
    const event: CheckedEvent = { kind, app, version, generation: 1, reason: 'bucket', ageMs };
    const beacon = { schema: 1, page, versions: {}, events: [event] } as const;
    const isCounted = telemetry.ingest(beacon, { subject, range, nowMs }).counted === 1;
    if (isCounted && kind === 'failed' && isCanary(subject)) failedRanges.add(range);
    return isCounted;
  };
  /** An attacker chooses ids until one falls into the arm that he wants: that costs him next to nothing. */
  const chosen = (arm: 'canary' | 'stable'): string => {
    for (;;) {
      const subject = `attacker${String((ids += 1))}`;
      if (isCanary(subject) === (arm === 'canary')) return subject;
    }
  };
  return {
    rangesFailed: () => failedRanges.size,
    counts: () => ({ counted, exposed: honest.exposed, leftOut: honest.leftOut / Math.max(1, honest.sent) }),
    honest: ({ nowMs, random }: { readonly nowMs: number; readonly random: () => number }): void => {
      for (const session of open) send(session, session.fails ? 'failed' : 'ok', nowMs);
      open = [];
      for (let i = poisson(attack.perSecond, random); i > 0; i -= 1) {
        const subject = `visitor${String((ids += 1))}`;
        // The cube makes a few ranges large and most small, as networks are.
        const range = `honest${String(Math.floor(honestRanges * random() ** 3))}`;
        const rate = isCanary(subject) ? attack.canaryRate : attack.stableRate;
        const session = { subject, page: `page-${String(ids).padStart(8, '0')}`, range, fails: random() < rate };
        honest.sent += 1;
        if (isCanary(subject)) honest.exposed += 1;
        if (send(session, 'attempt', nowMs)) open.push(session);
        else honest.leftOut += 1;
      }
    },
    attackers: (nowMs: number): void => {
      for (let range = 0; range < attack.ranges; range += 1) {
        for (let i = 0; i < triesPerSecond; i += 1) {
          const subject = attack.aim === 'hide-unnoticed' ? `attacker${String((ids += 1))}` : chosen(armOf(attack, i));
          const fails = attack.aim === 'cause' || !isCanary(subject);
          const page = `page-${String((ids += 1)).padStart(8, '0')}`;
          const session = { subject, page, range: `attacker${String(range)}`, fails };
          if (!send(session, 'attempt', nowMs)) continue;
          counted += 1;
          send(session, fails ? 'failed' : 'ok', nowMs);
        }
      }
    },
  };
}

function armOf({ aim }: Attack, i: number): 'canary' | 'stable' {
  return aim === 'hide' && i === 0 ? 'stable' : 'canary';
}

/** Knuth's method in parts: exp(-30) is far from zero still. */
function poisson(mean: number, random: () => number): number {
  if (mean > 30) return poisson(30, random) + poisson(mean - 30, random);
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function wrong(): never {
  throw new Error('the simulation is wrong');
}
