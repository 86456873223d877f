import type { Stage } from '@sluice/core';
import { isPercent } from '@sluice/core';
import { parseDuration } from './duration.js';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';
import { unknownKey } from './wording.js';

/** A stage as people write it. At 100 % the soak is the bake, and may be left out. */
export interface WrittenStage {
  /** Above 0, at most 100, at most two decimals; or `audience`. */
  readonly percent?: number;
  /** Like `90s`, `15m`, `1h30m`. */
  readonly soak?: string;
  /** Only subjects with this signed claim get the canary; such stages come first. */
  readonly audience?: string;
  /** `person`: when all else is done, a person must advance. */
  readonly gate?: 'person';
}

const known = ['percent', 'soak', 'audience', 'gate'];

/** The stages below 100 %; what is wrong with them is added to the issues. */
export function parseStages(written: unknown, issues: Issue[]): readonly Stage[] {
  if (!Array.isArray(written) || written.length === 0) {
    const remedy = "Write at least one: [{ percent: 5, soak: '15m' }].";
    issues.push({ place: 'stages', problem: 'There is no stage.', remedy });
    return [];
  }
  const stages: Stage[] = [];
  let before = 0;
  for (const [i, stage] of (written as readonly unknown[]).entries()) {
    const place = `stages.${String(i)}`;
    checkKeys(stage, place, issues);
    const gate = checkGate(stage, place, issues);
    if (field(stage, 'audience') !== undefined) {
      stages.push({ ...audienceStage(stage, { place, before }, issues), ...gate });
      continue;
    }
    const percent = checkPercent(stage, { place, before }, issues);
    const soakMs = checkSoak(stage, place, issues);
    before = Math.max(before, percent ?? 0);
    if (percent !== undefined && percent !== 100) stages.push({ weightBp: Math.round(percent * 100), soakMs, ...gate });
  }
  return stages;
}

function audienceStage(stage: unknown, { place, before }: Where, issues: Issue[]): Stage {
  const audience = field(stage, 'audience');
  if (typeof audience !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(audience)) {
    const problem = `${showValue(audience)} is not an audience.`;
    issues.push({ place: `${place}.audience`, problem, remedy: "Use a-z, 0-9 and '-', a letter first, like 'staff'." });
  }
  if (field(stage, 'percent') !== undefined) {
    const problem = 'A stage is for an audience or for a percentage, not for both.';
    issues.push({
      place: `${place}.percent`,
      problem,
      remedy: 'Leave it out: the audience gets the canary, nobody else.',
    });
  }
  if (before > 0) {
    const problem = 'It would take users off the canary: a percentage came before.';
    issues.push({ place: `${place}.audience`, problem, remedy: 'Put stages for an audience first.' });
  }
  return { weightBp: 0, soakMs: checkSoak(stage, place, issues), audience: String(audience) };
}

function checkGate(stage: unknown, place: string, issues: Issue[]): Pick<Stage, 'gate'> {
  const gate = field(stage, 'gate');
  if (gate === undefined) return {};
  if (gate !== 'person') {
    issues.push({ place: `${place}.gate`, problem: `${showValue(gate)} is not known.`, remedy: "Use 'person'." });
  }
  return { gate: 'person' };
}

/** The soak of a last stage at 100 %, which is the bake; undefined where there is none. */
export function writtenBake(stages: unknown): number | undefined {
  const last: unknown = Array.isArray(stages) ? stages.at(-1) : undefined;
  return field(last, 'percent') === 100 ? parseDuration(field(last, 'soak')) : undefined;
}

interface Where {
  readonly place: string;
  readonly before: number;
}

function checkPercent(stage: unknown, { place, before }: Where, issues: Issue[]): number | undefined {
  const percent = field(stage, 'percent');
  if (!isPercent(percent) || Math.round(percent * 100) < 1) {
    const problem = `${showValue(percent)} is not a percentage of a stage.`;
    const remedy = 'Use a number above 0, at most 100, with at most two decimals.';
    issues.push({ place: `${place}.percent`, problem, remedy });
    return undefined;
  }
  if (percent <= before) {
    const problem = `${String(percent)} does not increase: ${String(before)} came before.`;
    issues.push({ place: `${place}.percent`, problem, remedy: 'Percentages must increase from stage to stage.' });
  }
  return percent;
}

function checkSoak(stage: unknown, place: string, issues: Issue[]): number {
  const soak = field(stage, 'soak');
  const soakMs = parseDuration(soak);
  if (soakMs !== undefined) return soakMs;
  if (soak !== undefined || field(stage, 'percent') !== 100) {
    const problem = `${showValue(soak)} is not a length of time above zero.`;
    issues.push({ place: `${place}.soak`, problem, remedy: "Write it as '90s', '15m', '2h' or '1d'." });
  }
  return 0;
}

function checkKeys(stage: unknown, place: string, issues: Issue[]): void {
  if (!isRecord(stage)) return;
  for (const key of Object.keys(stage).filter((name) => !known.includes(name))) {
    const [problem = '', remedy = ''] = unknownKey(key, known).split(' | ');
    issues.push({ place: `${place}.${key}`, problem, remedy });
  }
}

function field(stage: unknown, name: string): unknown {
  return isRecord(stage) ? stage[name] : undefined;
}
