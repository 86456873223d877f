// node examples/import-map/serve.mjs: a shell and two apps of plain modules, no bundler, no federation.
import { fileURLToPath } from 'node:url';
import { serveExample } from '../serve-example.mjs';

serveExample({
  folder: fileURLToPath(new URL('.', import.meta.url)),
  libraries: { 'sluice.iife.js': fileURLToPath(import.meta.resolve('@sluice/resolver/sluice.iife.js')) },
  versions: [
    { app: 'shell', version: 'v1.0.0', dir: '.sluice/shell' },
    { app: 'format', version: 'v1.0.0', dir: 'format/v1.0.0', entry: 'index.js' },
    { app: 'orders', version: 'v1.0.0', dir: 'orders/v1.0.0', entry: 'app.js' },
    { app: 'orders', version: 'v1.1.0', dir: 'orders/v1.1.0', entry: 'app.js' },
  ],
});
