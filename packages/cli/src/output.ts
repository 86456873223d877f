import { DeliveryError, errorCodes } from '@sluice/core';
import { coloursFor } from './colours.js';
import type { World } from './context.js';
import { usageError } from './usage-error.js';

/** Prints an answer: one JSON document, or text. */
export function say(json: boolean | undefined, value: unknown, text: string): void {
  process.stdout.write(json === true ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
}

/** Prints what went wrong and what to type next; the exit code. A stack is for bugs only, or asked for by --debug. */
export function fail(error: unknown, world: World): number {
  const known = error instanceof DeliveryError ? error : (usageError(error, world.argv) ?? bug(error));
  const { code, message, remedy, details } = known;
  if (world.argv.includes('--json')) say(true, { error: { code, message, remedy, details } }, '');
  else process.stderr.write(inWords(known, world));
  if (world.argv.includes('--debug') || code === 'internal') process.stderr.write(stacks(known));
  return errorCodes[code].exit;
}

function inWords({ code, message, remedy, details }: DeliveryError, { env }: World): string {
  const pc = coloursFor({ env, stream: process.stderr });
  const lines = [
    `${pc.red('✗')} ${message}`,
    ...details.map((detail) => `  ${pc.dim('·')} ${detail}`),
    `  ${remedy} ${pc.dim(`[${code}]`)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function bug(error: unknown): DeliveryError {
  return new DeliveryError({
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    remedy: 'This is a bug in Sluice: please report it with the lines below.',
    cause: error,
  });
}

function stacks(error: DeliveryError): string {
  const cause = error.cause instanceof Error ? `caused by ${String(error.cause.stack)}\n` : '';
  return `${String(error.stack)}\n${cause}`;
}
