// node examples/single-spa/serve.mjs: a single-spa root and one app of plain modules, no bundler.
import { fileURLToPath } from 'node:url';
import { serveExample } from '../serve-example.mjs';

serveExample({
  folder: fileURLToPath(new URL('.', import.meta.url)),
  libraries: {
    'sluice.iife.js': fileURLToPath(import.meta.resolve('@sluice/resolver/sluice.iife.js')),
    'single-spa.js': fileURLToPath(import.meta.resolve('single-spa/lib/es2015/esm/single-spa.min.js')),
  },
  versions: [
    { app: 'shell', version: 'v1.0.0', dir: '.sluice/shell' },
    { app: 'orders', version: 'v1.0.0', dir: 'orders/v1.0.0', entry: 'app.js' },
    { app: 'orders', version: 'v1.1.0', dir: 'orders/v1.1.0', entry: 'app.js' },
  ],
});
