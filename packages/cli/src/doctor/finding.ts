import { DeliveryError, errorCodes, type ErrorCode } from '@sluice/core';
import type { Colours } from '../colours.js';

/** What one check found. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly text: string;
  readonly details: readonly string[];
  /** What to do about it; absent where all is well. */
  readonly remedy?: string;
  readonly code?: ErrorCode;
  /** Exit code of the doctor where this is the first that is wrong. */
  readonly exit: number;
}

export function fine(check: string, text: string): Finding {
  return { check, ok: true, text, details: [], exit: 0 };
}

interface Flaw {
  readonly code: ErrorCode;
  readonly text: string;
  readonly remedy: string;
  readonly details?: readonly string[];
}

export function wrong(check: string, { code, text, remedy, details = [] }: Flaw): Finding {
  return { check, ok: false, text, details, remedy, code, exit: errorCodes[code].exit };
}

/** An error that a person must see is a finding; a bug stays an exception. */
export function fromError(check: string, error: unknown): Finding {
  if (!(error instanceof DeliveryError)) throw error;
  const { code, message, remedy, details } = error;
  return wrong(check, { code, text: message, remedy, details });
}

export function inWords({ check, ok, text, details, remedy }: Finding, pc: Colours): string {
  return [
    `${ok ? pc.green('✓') : pc.red('✗')} ${check.padEnd(13)} ${text}`,
    ...details.map((detail) => `    ${pc.dim('·')} ${detail}`),
    ...(remedy === undefined ? [] : [`    ${remedy}`]),
  ].join('\n');
}
