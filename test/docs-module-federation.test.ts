import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { faults } from '../e2e/fault-matrix/faults.js';
import { remotes, shells } from '../e2e/fault-matrix/sides.js';

const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8');
const page = read('docs/module-federation.md');
const snippets = [...page.matchAll(/^`(e2e\/fixtures\/[^`]+)`:\n\n```\w+\n(.*?)\n```$/gms)];

describe('docs/module-federation.md', () => {
  it('shows a configuration of each remote and of each shell that the fault matrix builds', () => {
    const shown = snippets.map(([, file = '']) => file.split('/')[2]);
    expect([...new Set(shown)].toSorted()).toEqual([...remotes, ...shells].map(({ folder }) => folder).toSorted());
    expect(page.match(/^```\w/gm)).toHaveLength(snippets.length);
  });

  it('shows each of them as it is built', () => {
    for (const [, file = '', text = ''] of snippets) expect(`${text}\n`, file).toBe(read(file));
  });

  it.each(faults)('says what $title is told as', ({ title, kind }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${title} `));
    expect(row?.split('|')[2]?.trim()).toBe(`\`${kind}\``);
  });
});
