import { DeliveryError } from '@sluice/core';

/** What commander found wrong, in our form; `help` where it only printed what was asked; undefined for other errors. */
export function usageError(error: unknown, argv: readonly string[]): DeliveryError | 'help' | undefined {
  if (!isCommander(error)) return undefined;
  if (error.exitCode === 0) return 'help';
  const command = argv.find((word) => /^[a-z]+$/.test(word));
  const help = `\`sluice${command === undefined || isUnknown(error) ? '' : ` ${command}`} --help\``;
  if (error.code === 'commander.help') {
    return new DeliveryError({
      code: 'usage',
      message: 'No command was given.',
      remedy: `Choose one above; ${help} shows them again.`,
    });
  }
  const [problem = error.message, meant] = error.message.replace(/^error: /, '').split('\n');
  return new DeliveryError({
    code: 'usage',
    message: sentence(problem),
    remedy: `${meant === undefined ? '' : `${meant.replaceAll(/[()]/g, '')} `}See ${help}.`,
  });
}

function isCommander(error: unknown): error is Error & { readonly code: string; readonly exitCode: number } {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

function isUnknown(error: { readonly code: string }): boolean {
  return error.code === 'commander.unknownCommand';
}

/** commander begins in lower case and quotes with '. */
function sentence(text: string): string {
  const quoted = text.replaceAll("'", '"');
  const whole = quoted.charAt(0).toUpperCase() + quoted.slice(1);
  return whole.endsWith('.') ? whole : `${whole}.`;
}
