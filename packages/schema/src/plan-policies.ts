import type { Plan, Stage } from '@sluice/core';
import { defaultRules, isPercent } from '@sluice/core';
import { parseLength } from './parse-length.js';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';
import { unknownKey } from './wording.js';

type Policies = Pick<
  Plan,
  'rules' | 'mode' | 'proof' | 'capBp' | 'progressDeadlineMs' | 'onInconclusive' | 'telemetryLost' | 'onFreeze'
>;
type Written = Readonly<Record<string, unknown>>;

const hourMs = 3_600_000;

/** What a plan does when not all goes well; what is wrong is added to the issues. */
export function policiesOf(
  written: Written,
  { stages, issues }: { readonly stages: readonly Stage[]; readonly issues: Issue[] },
): Policies {
  const longestMs = Math.max(0, ...stages.map(({ soakMs }) => soakMs));
  const at = { written, issues };
  const onInconclusive = choiceOf(at, 'onInconclusive', ['ask', 'expire', 'promote-unproven']);
  return {
    rules: defaultRules(choiceOf(at, 'strictness', ['default', 'strict'])),
    mode: choiceOf(at, 'mode', ['act', 'observe']),
    proof: onInconclusive === 'promote-unproven' ? 'unproven' : 'normal',
    capBp: capOf(written['cap'], issues),
    progressDeadlineMs:
      parseLength(written['progressDeadline'], { place: 'progressDeadline', issues }) ??
      Math.max(hourMs, 3 * longestMs),
    onInconclusive,
    telemetryLost: telemetryLostOf(written['telemetryLost'], issues),
    onFreeze: choiceOf(at, 'onFreeze', ['hold', 'roll-back']),
  };
}

/** One of the words; the first is the default. */
function choiceOf<T extends string>(
  at: { readonly written: Written; readonly issues: Issue[]; readonly within?: string },
  key: string,
  choices: readonly [T, ...T[]],
): T {
  const seen = at.written[key];
  if (seen === undefined) return choices[0];
  const found = choices.find((choice) => choice === seen);
  if (found !== undefined) return found;
  at.issues.push({
    place: at.within === undefined ? key : `${at.within}.${key}`,
    problem: `${showValue(seen)} is not known.`,
    remedy: `Use ${choices.map((choice) => `'${choice}'`).join(' or ')}.`,
  });
  return choices[0];
}

function capOf(seen: unknown, issues: Issue[]): number {
  if (seen === undefined) return 10_000;
  if (isPercent(seen) && seen > 0) return Math.round(seen * 100);
  const problem = `${showValue(seen)} is not a percentage.`;
  issues.push({ place: 'cap', problem, remedy: 'Use a number above 0, at most 100, with at most two decimals.' });
  return 10_000;
}

const lostKeys = ['after', 'policy'];

function telemetryLostOf(seen: unknown, issues: Issue[]): Plan['telemetryLost'] {
  const place = 'telemetryLost';
  if (seen !== undefined && !isRecord(seen)) {
    issues.push({ place, problem: 'It is not an object.', remedy: "Write { after: '10m', policy: 'hold' }." });
  }
  const written = isRecord(seen) ? seen : {};
  for (const key of Object.keys(written).filter((name) => !lostKeys.includes(name))) {
    const [problem = '', remedy = ''] = unknownKey(key, lostKeys).split(' | ');
    issues.push({ place: `${place}.${key}`, problem, remedy });
  }
  return {
    afterMs: parseLength(written['after'], { place: `${place}.after`, issues }) ?? hourMs / 6,
    policy: choiceOf({ written, issues, within: place }, 'policy', ['hold', 'roll-back', 'continue']),
  };
}
