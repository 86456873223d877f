import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { chromiumArgs, findChromium } from '../scripts/chromium.mjs';
import { loadTwice, type Loads } from './page/load.js';
import { createBenchPlatform, type BenchPlatform } from './page/platform.js';
import { sizes } from './page/sizes.js';

// npm run bench -- page [--rounds 20] [--rtt 0,40] [--without-sizes]: time until a remote is visible, through our edge and
// runtime, against the same remote at a fixed address in the same shell without Sluice. Goal: 1.05 times.
// Cold is a new profile, warm a reload; a round trip is what Chromium adds to each request.
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    rtt: { type: 'string', default: '0,40' },
    'without-sizes': { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const executablePath = findChromium();
if (executablePath === undefined) throw new Error('There is no Chromium; name one by SLUICE_CHROMIUM.');

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

interface Pages {
  readonly sluice: Loads[];
  readonly fixed: Loads[];
}

/** A B A B …, each begun by turns. */
async function measure(browser: Browser, platform: BenchPlatform, of: { apps: number; rttMs: number }): Promise<Pages> {
  const edge = await platform.serve(of.apps);
  const pages: Pages = { sluice: [], fixed: [] };
  const urls = { sluice: `${edge.url}/orders`, fixed: `${edge.url}/shell/v1.0.0/fixed.html` };
  try {
    for (let round = -1; round < rounds; round += 1) {
      const names = ['sluice', 'fixed'] as const;
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        const loads = await loadTwice(browser, { url: urls[name], visitor: platform.visitor, rttMs: of.rttMs });
        // The first round warms up browser and edge.
        if (round >= 0) pages[name].push(loads);
      }
    }
  } finally {
    await edge.close();
  }
  return pages;
}

function tell(label: string, { sluice, fixed }: Pages): void {
  for (const [name, key] of [
    ['cold', 'coldMs'],
    ['warm', 'warmMs'],
  ] as const) {
    const [ours, theirs] = [median(sluice.map((loads) => loads[key])), median(fixed.map((loads) => loads[key]))];
    const ratio = (ours / theirs).toFixed(3);
    const pairs = sluice.map((loads, i) => loads[key] / (fixed[i]?.[key] ?? NaN)).toSorted((a, b) => a - b);
    const quartiles = [0.25, 0.75].map((share) => pairs[Math.floor(pairs.length * share)]?.toFixed(2)).join(' to ');
    console.log(
      `${label}, ${name}: ${ours.toFixed(0)} ms against ${theirs.toFixed(0)} ms, ratio ${ratio}   goal 1.05; half of the pairs ${quartiles}`,
    );
  }
}

const platform = await createBenchPlatform();
const browser = await chromium.launch({ executablePath, args: [...chromiumArgs] });
try {
  const [cpu] = cpus();
  console.log(
    `${String(cpus().length)} cores ${cpu?.model ?? ''}, Node ${process.version}, Chromium ${browser.version()}`,
  );
  console.log(`medians of ${String(rounds)}, by turns`);
  for (const rttMs of values.rtt.split(',').map(Number)) {
    for (const apps of [1, 100]) {
      const pages = await measure(browser, platform, { apps, rttMs });
      tell(`${String(apps).padStart(3)} apps, ${String(rttMs).padStart(2)} ms round trip`, pages);
    }
  }
} finally {
  await browser.close();
  await platform.close();
}
if (!values['without-sizes']) {
  for (const { name, bytes } of await sizes()) {
    console.log(
      `${name}: ${bytes === undefined ? 'not measured, npm cannot install it' : `${(bytes / 1000).toFixed(1)} kB gzip`}`,
    );
  }
}
