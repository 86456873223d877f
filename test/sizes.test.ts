import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8');
const limits = JSON.parse(read('.size-limit.json')) as readonly { readonly name: string; readonly limit: string }[];

it('what the README says that a page pays is what size-limit holds', () => {
  const rows = [...read('README.md').matchAll(/^\| ([^|]+?) +\| ([\d.]+ kB) +\|$/gm)].map(([, name, limit]) => ({
    name,
    limit,
  }));
  expect(rows.length).toBeGreaterThanOrEqual(3);
  for (const row of rows) expect(limits.map(({ name, limit }) => ({ name, limit }))).toContainEqual(row);
});

it('the resolver stays within 2 kB, and with plugin and telemetry within 4.5 kB', () => {
  const limitOf = (name: string) => Number.parseFloat(limits.find((one) => one.name === name)?.limit ?? 'none');
  expect(limitOf('resolver')).toBeLessThanOrEqual(2);
  expect(limitOf('resolver and federation plugin with telemetry')).toBeLessThanOrEqual(4.5);
});
