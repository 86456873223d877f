import { createHash } from 'node:crypto';
import { federation } from '@module-federation/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const singleton = { singleton: true, requiredVersion: '^19.0.0' };

// Named after the app and the stylesheet's content: no other app, and no other version of this one, shares a class.
const classNameOf = (name: string, _file: string, css: string): string =>
  `mfe2-${name}-${createHash('sha256').update(css).digest('hex').slice(0, 6)}`;

// An ordinary Module Federation remote: nothing in it knows of Sluice. `base: './'` lets the same build work under
// every prefix, and the manifest is what the shell loads it by.
export default defineConfig({
  base: './',
  plugins: [
    react(),
    federation({
      name: 'mfe2',
      filename: 'remoteEntry.js',
      manifest: true,
      dts: false,
      exposes: { './App': './src/app.tsx' },
      shared: {
        react: singleton,
        'react-dom': singleton,
        'react-dom/client': singleton,
        'react/jsx-runtime': singleton,
      },
    }),
  ],
  css: { modules: { generateScopedName: classNameOf } },
  define: { __APP_VERSION__: '"v0.0.0"', __APP_DEFECT__: '"none"' },
  build: { target: 'es2022', rolldownOptions: { input: 'src/app.tsx' } },
});
