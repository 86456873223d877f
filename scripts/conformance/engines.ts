import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { chromiumArgs, findChromium, installChromium } from '../chromium.mjs';
import { see, type Code, type Values } from './kinds.js';
import { quote } from './quote.js';
import type { Vector } from './vectors.js';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** What the built code says in Node. */
export async function seenInNode(vectors: readonly Vector[]): Promise<readonly Values[]> {
  const code = (await import(file('packages/core/dist/index.js'))) as Code;
  return asJson(see(code, vectors));
}

/** What the browser bundle says in Chromium. */
export async function seenInBrowser(vectors: readonly Vector[]): Promise<readonly Values[]> {
  const bundle = await readFile(file('packages/resolver/dist/browser.js'), 'utf8');
  const executablePath = findChromium() ?? installChromium();
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
  try {
    const page = await browser.newPage();
    // In text of ASCII only: a lone surrogate would not survive the way into the browser.
    const call = `(async () => {
      const load = (text) => import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
      const [code, kinds] = await Promise.all([load(${quote(bundle)}), load(${quote(await bundledKinds())})]);
      return JSON.stringify(kinds.see(code, ${quote(vectors)}));
    })()`;
    return JSON.parse(await page.evaluate<string>(call)) as Values[];
  } finally {
    await browser.close();
  }
}

async function bundledKinds(): Promise<string> {
  const entryPoints = [file('scripts/conformance/kinds.ts')];
  const result = await build({ entryPoints, bundle: true, format: 'esm', target: 'es2020', write: false });
  return result.outputFiles[0]?.text ?? '';
}

function asJson(values: readonly Values[]): readonly Values[] {
  return JSON.parse(JSON.stringify(values)) as Values[];
}
