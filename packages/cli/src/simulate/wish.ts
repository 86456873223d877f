import { resolve } from 'node:path';
import type { Plan } from '@sluice/core';
import { noDefect, usualScenario, type Incident, type Scenario } from '@sluice/simulate';
import { parseDefect } from './defect.js';
import { parseIncident } from './incident.js';
import { placeProblems } from './report-place.js';

/** Options as they were typed. */
export interface WrittenWish {
  readonly traffic: string;
  readonly errors: string;
  readonly defect: string;
  readonly plan: string;
  readonly incident?: string;
  readonly runs: string;
  readonly seed: string;
  readonly peers?: boolean;
  readonly html?: string;
}

/** What is to be simulated. */
export interface Wish {
  readonly scenario: Scenario;
  readonly runs: number;
  readonly seed: number;
  readonly withPeers: boolean;
  /** Absolute path of the report. */
  readonly html: string | null;
}

interface Around {
  readonly cwd: string;
  readonly plans: ReadonlyMap<string, Plan>;
}

/** The wish, or everything that is wrong with the options, each with its remedy. */
export async function parseWish(written: WrittenWish, { cwd, plans }: Around): Promise<Wish | readonly string[]> {
  const { runs, seed } = written;
  const problems: string[] = [];
  const traffic = trafficOf(written, problems);
  const plan = plans.get(written.plan);
  if (plan === undefined) {
    problems.push(`--plan: There is no plan "${written.plan}". Choose one of ${[...plans.keys()].join(', ')}.`);
  }
  const times = whole(runs, { least: 1, most: 1_000_000 });
  if (times === undefined) problems.push(`--runs: "${runs}" is no number of rollouts. Write one from 1 to 1000000.`);
  const from = whole(seed, { least: 0, most: 2 ** 31 });
  if (from === undefined) problems.push(`--seed: "${seed}" is no whole number. Write one from 0 to 2147483648.`);
  const html = written.html === undefined ? null : resolve(cwd, written.html);
  if (html !== null) problems.push(...(await placeProblems(html)));
  if (plan === undefined || times === undefined || from === undefined || problems.length > 0) return problems;
  const longestMs = Math.max(86_400_000, plan.maxDurationMs);
  const scenario = usualScenario({ ...traffic, plan: withoutPeople(plan), longestMs });
  return { scenario, runs: times, seed: from, withPeers: written.peers === true, html };
}

type Traffic = Pick<Scenario, 'sessionsPerSecond' | 'errorRate' | 'defect' | 'incident'>;

/** Who comes and what befalls them; what is wrong with it is added to the problems. */
function trafficOf({ traffic, errors, defect, incident }: WrittenWish, problems: string[]): Traffic {
  const need = <T>(value: T | undefined, instead: T, problem: string): T => {
    if (value === undefined) problems.push(problem);
    return value ?? instead;
  };
  return {
    sessionsPerSecond: need(
      between(traffic, { least: 0.01, most: 100_000 }),
      1,
      `--traffic: "${traffic}" is no number of sessions per second. Write one from 0.01 to 100000.`,
    ),
    errorRate: need(
      percent(errors),
      0,
      `--errors: "${errors}" is no share of sessions. Write a percentage from 0% to 50%, like 0.5%.`,
    ),
    defect: need(
      parseDefect(defect),
      noDefect,
      `--defect: "${defect}" is not understood. Write none, broken, or like 5x, errors+0.3%, load+50%, remote5x.`,
    ),
    incident: need<Incident | null>(
      incident === undefined ? null : parseIncident(incident),
      null,
      `--incident: "${incident ?? ''}" is not understood. Write WHAT@START+LENGTH, like 10x@10m+10m or 50%@8m+3m.`,
    ),
  };
}

/** Nobody is in a simulated audience, and nobody sits at a simulated gate. */
function withoutPeople(plan: Plan): Plan {
  const stages = plan.stages.filter(({ audience }) => audience === undefined);
  return { ...plan, stages: stages.map(({ weightBp, soakMs }) => ({ weightBp, soakMs })) };
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function between(text: string, { least, most }: Range): number | undefined {
  const number = Number(text);
  return /^\d+(?:\.\d+)?$/.test(text) && number >= least && number <= most ? number : undefined;
}

function whole(text: string, range: Range): number | undefined {
  const number = between(text, range);
  return Number.isSafeInteger(number) ? number : undefined;
}

function percent(text: string): number | undefined {
  const [, amount = ''] = /^([\d.]+) ?%$/.exec(text) ?? [];
  const number = between(amount, { least: 0, most: 50 });
  return number === undefined ? undefined : number / 100;
}
