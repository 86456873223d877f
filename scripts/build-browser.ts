import { build, type BuildOptions } from 'esbuild';
import { fileURLToPath } from 'node:url';

// Browser bundles: the boot script that publish puts into shells; one script for pages without a bundler; and, for the conformance run, the page's own code of
// assignment beside what else core decides.
const root = fileURLToPath(new URL('..', import.meta.url));
const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  target: 'es2022',
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
    entryPoints: ['packages/resolver/src/without-bundler.ts'],
    format: 'iife',
    globalName: 'sluice',
    outfile: 'packages/resolver/dist/sluice.iife.js',
  }),
  build({
    ...shared,
    stdin: {
      // What is named goes before what is starred.
      contents: `
        export * from '@sluice/core';
        export { bucketOf, decide, murmur3, readPointer } from './scripts/conformance/page.ts';`,
      resolveDir: root,
    },
    format: 'esm',
    outfile: 'packages/resolver/dist/browser.js',
  }),
]);
