import { sluice } from '@sluice/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

// Plain Vite: the shell needs no federation plugin, only the runtime. `sluice publish` turns the relative URLs of
// index.html into `/shell/<version>/…`, so that the page works at every path.
export default defineConfig({
  plugins: [react(), sluice({ app: 'shell' })],
  // Sluice's packages from their sources, so that the example needs no build of them first.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  define: { __APP_DEFECT__: '"none"' },
  build: { target: 'es2022', modulePreload: { polyfill: false } },
});
