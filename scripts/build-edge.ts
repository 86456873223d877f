import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleFunction } from './edge/bundle.js';

// What `sluice edge build` puts settings into: the bundles of packages/edge for the engines that run no package.
const folder = fileURLToPath(new URL('../packages/edge/dist/bundles/', import.meta.url));
await mkdir(folder, { recursive: true });
const { code } = await bundleFunction();
await writeFile(`${folder}cloudfront-function.js`, code);
