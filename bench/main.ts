// npm run bench -- <part> [options]: what Sluice measures of itself, by name. See bench/<part>.ts.
const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  analysis: () => import('./analysis.js'),
  edge: () => import('./edge.js'),
  attack: () => import('./attack.js'),
  engine: () => import('./engine.js'),
  page: () => import('./page.js'),
  telemetry: () => import('./telemetry.js'),
};

const part = process.argv[2] ?? '';
const run = parts[part];
if (run === undefined) {
  console.error(`There is no part "${part}". Type npm run bench -- ${Object.keys(parts).join(' | ')}.`);
  process.exitCode = 2;
} else {
  process.argv.splice(2, 1);
  await run();
}
