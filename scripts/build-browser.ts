import { build, type BuildOptions } from 'esbuild';
import { fileURLToPath } from 'node:url';

// Browser bundles: the boot script that publish puts into shells, and all that a page may run, for the conformance run.
const root = fileURLToPath(new URL('..', import.meta.url));
const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: 'es2020',
  conditions: ['source'],
  legalComments: 'none',
};

await Promise.all([
  build({
    ...shared,
    entryPoints: ['packages/resolver/src/boot.ts'],
    format: 'iife',
    outfile: 'packages/resolver/dist/boot.iife.js',
  }),
  build({
    ...shared,
    stdin: {
      contents: `export * from '@sluice/core'; export * from '@sluice/resolver';`,
      resolveDir: `${root}packages/federation`,
    },
    format: 'esm',
    outfile: 'packages/resolver/dist/browser.js',
  }),
]);
