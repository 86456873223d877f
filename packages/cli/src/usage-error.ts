import { DeliveryError } from '@sluice/core';
import { CommanderError } from 'commander';

/** What commander found wrong, in our form; undefined for other errors. */
export function usageError(error: unknown, argv: readonly string[]): DeliveryError | undefined {
  if (!(error instanceof CommanderError)) return undefined;
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

function isUnknown(error: { readonly code: string }): boolean {
  return error.code === 'commander.unknownCommand';
}

/** commander begins in lower case and quotes with '. */
function sentence(text: string): string {
  const quoted = text.replaceAll("'", '"');
  const whole = quoted.charAt(0).toUpperCase() + quoted.slice(1);
  return whole.endsWith('.') ? whole : `${whole}.`;
}
