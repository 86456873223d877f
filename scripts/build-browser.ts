import { build } from 'esbuild';

// Browser bundles: the boot script that publish puts into shells, and the resolver with core for the conformance run.
const shared = { bundle: true, minify: true, target: 'es2022', conditions: ['source'], legalComments: 'none' } as const;

await Promise.all([
  build({
    ...shared,
    entryPoints: ['packages/resolver/src/boot.ts'],
    format: 'iife',
    outfile: 'packages/resolver/dist/boot.iife.js',
  }),
  build({
    ...shared,
    entryPoints: ['packages/core/src/index.ts'],
    format: 'esm',
    outfile: 'packages/core/dist/browser.js',
  }),
]);
