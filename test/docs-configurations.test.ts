import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { parseConfig } from '@sluice/schema';
import { describe, expect, it } from 'vitest';

// What docs/ tells people to paste is taken by the parser that reads it.

const folder = fileURLToPath(new URL('../docs/', import.meta.url));

const blocks = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const text = readFileSync(`${folder}${name}`, 'utf8');
    const found = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
    return found
      .filter((code) => code.includes('export default defineConfig') && !code.includes("from 'vite'"))
      .map((code, i) => ({ name, i, code }));
  });

function written(code: string): unknown {
  const { code: script } = transformSync(code, { loader: 'ts', format: 'cjs' });
  const module = { exports: { default: undefined as unknown } };
  const defineConfig = (config: unknown): unknown => config;
  runInNewContext(script, { module, require: () => ({ defineConfig }) });
  return JSON.parse(JSON.stringify(module.exports.default)) as unknown;
}

describe('a configuration in docs/', () => {
  it('is there for each router', () => {
    const strategies = blocks.filter(({ name }) => name === 'strategies.md').map(({ code }) => code);
    const routers = ['manifest', 'edge', 'cloudfront-continuous-deployment', 'appconfig'];
    expect(routers.map((router) => strategies.some((code) => code.includes(`router: '${router}'`)))).toEqual(
      routers.map(() => true),
    );
  });

  it.each(blocks)('is taken as it is pasted: $name $i', ({ code }) => {
    expect(parseConfig(written(code))).toMatchObject({ kind: 'ok' });
  });
});
