import { noDefect, type Defect } from '@sluice/simulate';

/** Defects as a person writes them, several by commas; undefined where one is not understood. */
export function parseDefect(text: string): Defect | undefined {
  return text
    .split(',')
    .map((part) => part.trim())
    .reduce<Defect | undefined>((sofar, part) => sofar && add(sofar, part), noDefect);
}

export const isHarmless = (defect: Defect): boolean =>
  Object.entries(noDefect).every(([name, value]) => defect[name as keyof Defect] === value);

const number = String.raw`(\d{1,6}(?:\.\d{1,6})?)`;
const kinds: readonly (readonly [RegExp, (n: number) => Partial<Defect> | undefined])[] = [
  [/^none$/, () => ({})],
  [/^broken$/, () => ({ errorFactor: 0, errorAdd: 0.5 })],
  [new RegExp(`^${number}x$`), (n) => factor(n, { errorFactor: n })],
  [new RegExp(`^remote${number}x$`), (n) => factor(n, { remoteFactor: n })],
  [new RegExp(`^errors\\+${number}%$`), (n) => (n <= 100 ? { errorAdd: n / 100 } : undefined)],
  [new RegExp(`^load\\+${number}%$`), (n) => factor(1 + n / 100, { loadFactor: 1 + n / 100 })],
];

function add(sofar: Defect, part: string): Defect | undefined {
  for (const [pattern, of] of kinds) {
    const found = pattern.exec(part);
    const more = found && of(Number(found[1]));
    if (more) return { ...sofar, ...more };
  }
  return undefined;
}

function factor(n: number, defect: Partial<Defect>): Partial<Defect> | undefined {
  return n > 0 && n <= 1000 ? defect : undefined;
}
