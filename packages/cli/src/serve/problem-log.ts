import { DeliveryError } from '@sluice/core';
import type { Handlers } from './controller.js';

const hourMs = 3_600_000;
/** Errors may differ from one another for ever. */
const mostKept = 100;

/** A problem that stays is said once an hour, not with every tick; and others in between do not make it said again. */
export function createProblemLog(
  now: () => number,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Handlers['onProblem'] {
  const said = new Map<string, number>();
  return ({ app, error }) => {
    const line = `controller: ${app ?? 'platform'}: ${inWords(error)}\n`;
    if (Math.abs(now() - (said.get(line) ?? -Infinity)) < hourMs) return;
    said.delete(line);
    said.set(line, now());
    const [oldest] = said.keys();
    if (said.size > mostKept && oldest !== undefined) said.delete(oldest);
    write(line);
  };
}

function inWords(error: unknown): string {
  if (error instanceof DeliveryError)
    return [error.message, ...error.details, error.remedy, `[${error.code}]`].join(' ');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
