import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleForNjs, bundleLambda, bundleNode, bundleViewerRequest, bundleViewerResponse } from './edge/bundle.js';

// What `sluice edge build` puts settings into: the bundles of packages/edge for engines that have no packages.
const folder = fileURLToPath(new URL('../packages/edge/dist/bundles/', import.meta.url));
await mkdir(folder, { recursive: true });
const bundles = {
  'cloudfront-viewer-request.js': (await bundleViewerRequest()).code,
  'cloudfront-viewer-response.js': (await bundleViewerResponse()).code,
  'cloudfront-viewer-request-with-visitors.js': (await bundleViewerRequest('with visitors')).code,
  'cloudfront-viewer-response-with-visitors.js': (await bundleViewerResponse('with visitors')).code,
  'lambda-function.cjs': await bundleLambda(),
  'nginx-adapter.js': await bundleForNjs('adapter', 'sluice'),
  'nginx-cloudfront.js': await bundleForNjs('cloudfront-shim', 'cloudfront'),
  'node-edge.js': await bundleNode(),
};
for (const [name, code] of Object.entries(bundles)) await writeFile(`${folder}${name}`, code);
