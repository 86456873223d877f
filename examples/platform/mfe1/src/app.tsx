import { lazy, Suspense, useEffect } from 'react';
import * as css from './app.module.css';
import { renderDefect } from './defect.js';
import { OrderList } from './order-list.js';
import { Overview } from './overview.js';
import { release } from './release.js';

const OrderDetail = lazy(async () => ({ default: (await import('./order-detail.js')).OrderDetail }));

export interface AppProps {
  /** The page's path: `/`, `/orders` or `/orders/17`. */
  readonly path: string;
  /** Told which version is on screen, once it is. */
  readonly onShown?: (version: string) => void;
}

export function App({ path, onShown }: AppProps) {
  renderDefect();
  useEffect(() => onShown?.(release.version), [onShown]);
  return (
    <div className={css.root} data-accent={release.accent}>
      {release.news !== undefined && (
        <p className={css.news}>
          <strong>New in {release.version}</strong> {release.news}
        </p>
      )}
      <Suspense fallback={<p className={css.quiet}>Opening the order…</p>}>
        <View path={path} />
      </Suspense>
    </div>
  );
}

function View({ path }: { readonly path: string }) {
  const id = /^\/orders\/(\d{1,6})$/.exec(path)?.[1];
  if (id !== undefined) return <OrderDetail id={Number(id)} />;
  return path === '/' ? <Overview /> : <OrderList />;
}

// Module Federation hosts load the default export of an exposed module.
export { App as default };
