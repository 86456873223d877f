import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Superseding } from '@sluice/controller/commands';
import type { GlobalOptions } from '../context.js';

/** Lines of help that can be typed as they are. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ sluice ${line}\n`).join('')}`;

export function globals(command: Command): GlobalOptions {
  return command.parent?.opts<GlobalOptions>() ?? {};
}

export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

export function whole(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new InvalidArgumentError('It must be a whole number.');
}

export function aboveZero(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

export function superseding(value: string): Superseding {
  if (value === 'queue' || value === 'replace' || value === 'reject') return value;
  throw new InvalidArgumentError('Use queue, replace or reject.');
}

export function part(value: string): 'edge' | 'controller' {
  if (value === 'edge' || value === 'controller') return value;
  throw new InvalidArgumentError('Use edge or controller.');
}
