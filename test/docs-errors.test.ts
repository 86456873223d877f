import { readFileSync } from 'node:fs';
import { errorCodes } from '@sluice/core';
import { expect, it } from 'vitest';
import { errorsPage } from '../scripts/errors-page.js';

it('docs/errors is up to date with the table of codes', () => {
  const page = readFileSync(new URL('../docs/errors/README.md', import.meta.url), 'utf8');
  expect(page, 'run `npm run docs:errors`').toBe(errorsPage());
});

it('each code is a word or words, with one exit code of design and one sentence of its own', () => {
  const entries = Object.entries(errorCodes);
  for (const [code, { exit, about }] of entries) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([1, 2, 5, 6, 7, 8]).toContain(exit);
    expect(about).toMatch(/^\S[^|]*\.$/);
  }
  expect(new Set(entries.map(([, { about }]) => about)).size).toBe(entries.length);
});
