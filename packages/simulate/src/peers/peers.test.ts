import { describe, expect, it } from 'vitest';
import { noDefect, usualLoads, usualScenario } from '../model/scenario.js';
import { broken, ramp, times } from '../scenarios.fixture.js';
import { argoPeer, argoRelativePeer } from './argo.js';
import { briefPeer } from './brief.js';
import { flaggerPeer } from './flagger.js';
import { kayentaPeer } from './kayenta.js';
import { shiftOf } from './mann-whitney.js';
import type { Peer } from './peer.js';
import { peers, simulatePeers } from './simulate-peers.js';
import { zTestPeer } from './z-test.js';

interface Rates {
  readonly canary: number;
  readonly baseline: number;
  readonly sessions?: number;
}

/** Seconds after which a peer takes back a canary whose ten seconds all look like this; null: not within two hours. */
function backAfter(peer: Peer, { canary, baseline, sessions = 1000 }: Rates): number | null {
  const watch = peer.start();
  for (let endMs = 10_000; endMs <= 7_200_000; endMs += 10_000) {
    const reading = {
      endMs,
      canary: { sessions, failed: canary },
      baseline: { sessions, failed: baseline },
      loads: [],
    };
    if (watch(reading)) return endMs / 1000;
  }
  return null;
}

describe('peers take a canary back as they are documented', () => {
  it.each<[string, Peer, Rates, number | null]>([
    ['the brief: 10 errors in 5 minutes are not more than 10', briefPeer, { canary: 0, baseline: 1 / 3 }, null],
    ['the brief: more than 10, twice, whoever had them', briefPeer, { canary: 0, baseline: 1 }, 600],
    ['Flagger: 99 % is enough', flaggerPeer, { canary: 10, baseline: 0 }, null],
    ['Flagger: below 99 % five times', flaggerPeer, { canary: 11, baseline: 11 }, 300],
    ['Flagger: without any request five times', flaggerPeer, { canary: 0, baseline: 0, sessions: 0 }, 300],
    ['Argo: 95 % is enough', argoPeer, { canary: 50, baseline: 0 }, null],
    ['Argo: below 95 % three times', argoPeer, { canary: 51, baseline: 51 }, 900],
    ['Argo 2×: twice as often is enough', argoRelativePeer, { canary: 20, baseline: 10 }, null],
    ['Argo 2×: more than that three times', argoRelativePeer, { canary: 21, baseline: 10 }, 900],
    ['Kayenta: the same', kayentaPeer, { canary: 5, baseline: 5 }, null],
    ['Kayenta: from the tenth value', kayentaPeer, { canary: 6, baseline: 5 }, 600],
    ['z-test: the same', zTestPeer, { canary: 5, baseline: 5 }, null],
    ['z-test: 2.3 standard deviations, at the first look', zTestPeer, { canary: 14, baseline: 4 }, 10],
    ['z-test: less than that, later', zTestPeer, { canary: 12, baseline: 6 }, 30],
  ])('%s', (_, peer, rates, seconds) => {
    expect(backAfter(peer, rates)).toBe(seconds);
  });

  it('the brief: a p95 of the load time above 3 s, three times', () => {
    const slow = (factor: number) =>
      simulatePeers(
        usualScenario({
          plan: {
            ...ramp,
            rules: {
              ...ramp.rules,
              metrics: [
                {
                  kind: 'quantile',
                  name: 'load-time',
                  of: 'load',
                  worse: 'higher',
                  toleranceBuckets: 2,
                  from: 10,
                  action: 'roll-back',
                  dryRun: false,
                  weight: 1,
                },
              ],
            },
          },
          sessionsPerSecond: 20,
          errorRate: 0,
          loads: { ...usualLoads, canaryCold: 0.2 },
          defect: { ...noDefect, loadFactor: factor },
        }),
        { seed: 1, run: 0 },
      )["the brief's alarms"]?.backMs;
    expect(slow(1)).toBeNull();
    expect(slow(20)).toBe(900_000);
  });
});

describe('the shift of Mann and Whitney', () => {
  it('of ten and ten is the 24th difference from either end: 23 is the critical value of the exact table at 5 %', () => {
    const control = Array.from({ length: 10 }, (_, i) => i * i);
    const experiment = control.map((value) => value * 1.01 + 5.3);
    const differences = experiment.flatMap((x) => control.map((y) => x - y)).toSorted((a, b) => a - b);
    const { estimate, lower, upper } = shiftOf(experiment, control, 1.96);
    expect([lower, upper]).toEqual([differences[23], differences[76]]);
    expect(estimate).toBeCloseTo(((differences[49] ?? 0) + (differences[50] ?? 0)) / 2, 12);
  });

  it('is nothing where all values are the same', () => {
    expect(shiftOf([2, 2, 2], [2, 2, 2], 2)).toEqual({ estimate: 0, lower: 0, upper: 0 });
  });
});

describe('all peers watch one rollout', () => {
  const scenario = usualScenario({ plan: ramp, sessionsPerSecond: 10, errorRate: 0.005 });

  it('each is told, and exposes all of the ramp where it takes nothing back', () => {
    const runs = simulatePeers({ ...scenario, errorRate: 0, defect: noDefect }, { seed: 1, run: 1 });
    expect(Object.keys(runs).toSorted()).toEqual(peers.map(({ name }) => name).toSorted());
    const [argo, flagger] = [runs[argoPeer.name], runs[flaggerPeer.name]];
    expect([argo?.backMs, flagger?.backMs]).toEqual([null, null]);
    expect(argo?.exposed).toBe(flagger?.exposed);
  });

  it('a broken canary is found by all of them, a five-fold error rate not by a limit of 95 %', () => {
    const found = (of: object) => {
      const runs = simulatePeers({ ...scenario, ...of }, { seed: 1, run: 2 });
      return peers.filter(({ name }) => runs[name]?.backMs !== null).map(({ name }) => name);
    };
    expect(found({ defect: broken })).toHaveLength(peers.length);
    expect(found({ defect: times(5) })).not.toContain(argoPeer.name);
  });
});
