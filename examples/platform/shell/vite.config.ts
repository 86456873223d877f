import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

const classNameOf = (name: string, _file: string, css: string): string =>
  `shell-${name}-${createHash('sha256').update(css).digest('hex').slice(0, 6)}`;

// Plain Vite: the shell needs no federation plugin, only the runtime. `sluice publish` turns the relative URLs of
// index.html into `/shell/<version>/…`, so that the page works at every path.
export default defineConfig({
  base: './',
  plugins: [react()],
  // Sluice's packages from their sources, so that the example needs no build of them first.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  css: { modules: { generateScopedName: classNameOf } },
  define: { __APP_VERSION__: '"v0.0.0"', __APP_DEFECT__: '"none"' },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
});
