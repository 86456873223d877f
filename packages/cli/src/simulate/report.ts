import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Findings } from './findings.js';
import { aboutOf, linesOf, peerColumns, peerRows, peersNote } from './in-words.js';
import { exposureCurves, timeCurves, type Curves } from './report-curves.js';
import { reportScript } from './report-script.js';
import { reportStyle } from './report-style.js';
import type { SimulatedAll } from './simulate-all.js';

/** The report as one HTML document that needs nothing else: the chart library is in it, and it may not fetch anything. */
export async function reportOf(findings: Findings, simulated: SimulatedAll): Promise<string> {
  const library = await chartLibrary();
  const exposure = exposureCurves(simulated);
  const curves = [...(exposure === null ? [] : [exposure]), timeCurves(simulated)];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>Sluice: simulated rollouts</title>
<style>${library.style}${reportStyle}</style>
</head>
<body>
<h1>Simulated rollouts</h1>
<p class="dim">${escaped(aboutOf(findings))}</p>
<dl>${linesOf(findings)
    .map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`)
    .join('\n')}</dl>
${curves.map(chart).join('\n')}
${findings.peers === null ? '' : peersPart(findings)}
<noscript><p>The charts need JavaScript; every figure above does not.</p></noscript>
<script type="application/json" id="curves">${asScript(JSON.stringify(curves))}</script>
<script>${library.script}</script>
<script>${reportScript}</script>
</body>
</html>
`;
}

async function chartLibrary(): Promise<{ readonly script: string; readonly style: string }> {
  const require = createRequire(import.meta.url);
  const [script, style] = await Promise.all([
    readFile(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    readFile(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'),
  ]);
  return { script, style };
}

function chart({ id, title }: Curves): string {
  return `<h2>${escaped(title)}</h2>\n<div class="chart" id="${id}" role="img" aria-label="${escaped(title)}"></div>`;
}

function peersPart(findings: Findings): string {
  const head = peerColumns.map((name) => `<th>${escaped(name)}</th>`).join('');
  const rows = peerRows(findings).map(
    (row, i) => `<tr${i === 0 ? ' class="own"' : ''}>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
  );
  const rules = (findings.peers ?? []).map(
    ({ name, rule, source }) =>
      `<li><b>${escaped(name)}</b>: ${escaped(rule)} <span class="dim">(${escaped(source)})</span></li>`,
  );
  return `<h2>Other rules in the same traffic</h2>
<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
<p class="dim">${escaped(peersNote)}</p>
<ul class="rules">${rules.join('\n')}</ul>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Within a script element nothing may look like its end. */
function asScript(json: string): string {
  return json.replaceAll('<', String.raw`\u003c`);
}
