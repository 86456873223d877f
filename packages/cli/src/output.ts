import { DeliveryError, errorCodes } from '@sluice/core';
import pc from 'picocolors';

/** Prints an answer: one JSON document, or text. */
export function say(json: boolean | undefined, value: unknown, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
}

/** Prints what went wrong and what to type next; the exit code. A stack is for bugs only. */
export function fail(error: unknown, how: { readonly json: boolean; readonly debug: boolean }): number {
  const known = error instanceof DeliveryError ? error : asDeliveryError(error);
  if (known === undefined) return exitOfCommander(error);
  const { code, message, remedy, details } = known;
  if (how.json) process.stdout.write(`${JSON.stringify({ error: { code, message, remedy, details } }, null, 2)}\n`);
  else {
    const lines = [`${pc.red('✗')} ${message}`, ...details.map((detail) => `  ${pc.dim('·')} ${detail}`)];
    process.stderr.write(`${lines.join('\n')}\n  ${remedy} ${pc.dim(`[${code}]`)}\n`);
    if (how.debug || code === 'internal') process.stderr.write(`${String(known.stack)}\n${stackOfCause(known)}`);
  }
  return errorCodes[code].exit;
}

/** A node: error of the file system that nobody translated, or a bug. */
function asDeliveryError(error: unknown): DeliveryError | undefined {
  if (isCommander(error)) return undefined;
  return new DeliveryError({
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'This is a bug in Sluice: please report it with the lines below.',
    cause: error,
  });
}

function isCommander(error: unknown): error is { readonly code: string; readonly exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

/** commander has printed what was wrong; help and version are no errors. */
function exitOfCommander(error: unknown): number {
  return isCommander(error) && error.exitCode === 0 ? 0 : errorCodes.usage.exit;
}

function stackOfCause(error: Error): string {
  return error.cause instanceof Error ? `${String(error.cause.stack)}\n` : '';
}
