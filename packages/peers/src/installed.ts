import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../.sluice/peers/', import.meta.url));
const pins = JSON.parse(readFileSync(new URL('../pins.json', import.meta.url), 'utf8')) as Pins;

interface Pins {
  readonly python: { readonly least: readonly number[] };
  /** The aws command, apart from the others: each of the two pins its own botocore. */
  readonly awscli: { readonly least: readonly number[] };
  readonly go: { readonly least: readonly number[] };
}

type Language = keyof Pins;

/** What is not there, in words; undefined where the programs of this language are installed with the present pins. */
export function missing(language: Language): string | undefined {
  const name = language === 'go' ? 'Go' : 'Python';
  const needs = `needs ${name} ${pins[language].least.join('.')}, and \`npm test\` to set it up`;
  try {
    return readFileSync(join(root, language, 'pins'), 'utf8') === JSON.stringify(pins[language]) ? undefined : needs;
  } catch {
    return needs;
  }
}

/** Path of an installed program. */
export function programOf(language: Language, name: string): string {
  return join(root, language, 'bin', name);
}
