import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { parseConfig } from '@sluice/schema';
import { expect, it } from 'vitest';

it.each(['rollouts', 'telemetry'])('the metrics that docs/%s.md writes into a configuration are taken', (page) => {
  const text = readFileSync(fileURLToPath(new URL(`../docs/${page}.md`, import.meta.url)), 'utf8');
  const blocks = [...text.matchAll(/```ts\n(apps: [^]*?)```/g)].map(([, block]) => block ?? '');
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) {
    // The notation of the configuration file, without what only TypeScript has.
    const written: unknown = JSON.parse(JSON.stringify(runInNewContext(`({ ${block} })`)));
    expect(parseConfig(written)).toMatchObject({ kind: 'ok' });
  }
});
