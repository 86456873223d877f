import { sluice } from '@sluice/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// An ordinary Module Federation remote: nothing in its code knows of Sluice.
export default defineConfig({
  plugins: [
    react(),
    sluice({
      app: 'mfe2',
      exposes: { './App': './src/app.tsx' },
      shared: { react: '^19.0.0', 'react-dom': '^19.0.0' },
    }),
  ],
  define: { __APP_DEFECT__: '"none"' },
  build: { target: 'es2022' },
});
