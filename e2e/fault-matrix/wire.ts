import type { Route } from 'playwright-core';

/** What happens to files on their way, by the globs of their paths within the app's folder. */
export interface Wire {
  readonly files: string;
  readonly handle: (route: Route) => Promise<void>;
}

/** The same names with every toolchain: the expose is named after its source (Vite) or by the plugin (the others). */
export const filesOf = {
  manifest: 'mf-manifest.json',
  entry: 'remoteEntry.js',
  /** What a container of Vite's loads before it is ready. */
  start: '**/*localSharedImportMap*.js',
  expose: '**/{app-*,__federation_expose_App}.{js,mjs}',
  lazyChunk: '**/{more-*,more}.{js,mjs}',
  stylesheet: '**/*.css',
  scripts: '**/*.{js,mjs}',
} as const;

export function answers(status: number, contentType: string, body: string) {
  return (route: Route): Promise<void> => route.fulfill({ status, contentType, body });
}

export const is404 = answers(404, 'text/plain', 'not found');
/** What a host with a fallback for single-page applications says instead of 404. */
export const isHtml = answers(200, 'text/html', '<!doctype html><title>Shop</title>');

export const hangs = (): Promise<void> => Promise.resolve();

/** Sent on to another origin, which does not allow to be read from here. */
export const isElsewhere = (route: Route): Promise<void> => {
  const url = new URL(route.request().url());
  url.hostname = 'localhost';
  return route.fulfill({ status: 302, headers: { location: url.href } });
};

/** The file as it is, with one text in place of another. */
export function rewritten(from: string, to: string) {
  return async (route: Route): Promise<void> => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll(from, to) });
  };
}
