import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

interface Costs {
  readonly dollarsPerMillion: Readonly<Record<string, number>>;
  readonly rows: readonly { readonly router: string; readonly pays: Readonly<Record<string, number>> }[];
}

const costs = JSON.parse(read('docs/costs.json')) as Costs;
const page = read('docs/strategies.md');
/** Cells of the rows of all tables, without the spaces that the formatter puts around them. */
const tableRows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

it.each(costs.rows)(
  'docs/strategies.md says what a million costs, as docs/costs.json has it: $router',
  ({ router, pays }) => {
    const parts = Object.entries(pays).map(([what, count]) => {
      const price = costs.dollarsPerMillion[what];
      if (price === undefined) throw new Error(`docs/costs.json has no price of "${what}"`);
      return { cost: count * price, words: `${String(count)} × ${String(price)} (${what})` };
    });
    const sum = parts.reduce((total, { cost }) => total + cost, 0);
    expect(tableRows).toContainEqual([router, parts.map(({ words }) => words).join(' + '), `$${sum.toFixed(2)}`]);
  },
);

it('docs/strategies.md has no row of costs that docs/costs.json has not', () => {
  const priced = tableRows.filter((cells) => /^\$\d/.test(cells[2] ?? '')).map(([router]) => router);
  expect(priced).toEqual(costs.rows.map(({ router }) => router));
});

it('docs/strategies.md tells the bytes of the functions at CloudFront', async () => {
  const { bundleViewerRequest, bundleViewerResponse } = await import('../scripts/edge/bundle.js');
  const bytes = async (bundle: () => Promise<{ readonly code: string }>): Promise<string> =>
    Buffer.byteLength((await bundle()).code).toLocaleString('en');
  const told = `${await bytes(bundleViewerRequest)} and ${await bytes(bundleViewerResponse)} bytes of 10,240`;
  expect(tableRows.flat()).toContain(told);
});
