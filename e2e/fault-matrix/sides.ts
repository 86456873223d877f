import type { Toolchain } from './build-fixture.js';

/** A remote of the matrix: one source, built by one toolchain into one kind of container. */
export interface RemoteSide {
  /** The app; each has a name of its own, so that all live on one platform. */
  readonly app: string;
  readonly title: string;
  readonly folder: string;
  readonly toolchain: Toolchain;
  /** Its entry and chunks are classic scripts. */
  readonly isScript: boolean;
}

export const remotes: readonly RemoteSide[] = [
  { app: 'orders', title: 'Vite', folder: 'vite-remote', toolchain: 'vite', isScript: false },
  { app: 'stock', title: 'Rspack modules', folder: 'rspack-remote', toolchain: 'rspack', isScript: false },
  { app: 'prices', title: 'Rspack scripts', folder: 'rspack-script-remote', toolchain: 'rspack', isScript: true },
  { app: 'invoices', title: 'webpack scripts', folder: 'webpack-remote', toolchain: 'webpack', isScript: true },
];

/** A shell of the matrix, which answers the documents below its mount. */
export interface ShellSide {
  readonly app: string;
  readonly title: string;
  readonly folder: string;
  readonly mount: string;
}

export const shells: readonly ShellSide[] = [
  { app: 'plain', title: 'createInstance', folder: 'plain-shell', mount: '' },
  { app: 'plugin', title: 'federation plugin of Vite', folder: 'plugin-shell', mount: '/by-plugin' },
];
