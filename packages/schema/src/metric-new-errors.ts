import type { NewErrorRule } from '@sluice/core';
import { checkKeys, type At } from './metric-fields.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';

/** An error that only the canary has. */
export interface WrittenNewErrors {
  /** Canary sessions that had it. Default 5. */
  readonly sessions?: number;
  /** Default hold. */
  readonly action?: 'hold' | 'notify';
}

const usual: NewErrorRule = { sessions: 5, action: 'hold' };

/** Null where new errors are not looked for. */
export function newErrorsOf(at: At): NewErrorRule | null {
  const { seen, place, issues } = at;
  if (seen === 'off') return null;
  if (seen === undefined) return usual;
  if (!isRecord(seen)) {
    const remedy = "Write { sessions: 5, action: 'hold' }, or 'off'.";
    issues.push({ place, problem: `${showValue(seen)} is not a rule for new errors.`, remedy });
    return usual;
  }
  checkKeys(at, seen, ['sessions', 'action']);
  const { sessions = usual.sessions, action = usual.action } = seen;
  if (!(typeof sessions === 'number' && Number.isSafeInteger(sessions) && sessions >= 1)) {
    const problem = `${showValue(sessions)} is not a number of sessions.`;
    issues.push({ place: `${place}.sessions`, problem, remedy: 'Use a whole number above 0.' });
  }
  if (action !== 'hold' && action !== 'notify') {
    const problem = `${showValue(action)} is not known.`;
    issues.push({ place: `${place}.action`, problem, remedy: "Use 'hold' or 'notify'; what is new may be harmless." });
  }
  return {
    sessions: typeof sessions === 'number' ? sessions : usual.sessions,
    action: action === 'notify' ? 'notify' : 'hold',
  };
}
