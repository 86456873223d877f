import { useEffect } from 'react';
import * as css from './app.module.css';
import { Collections } from './collection-list.js';
import { renderDefect } from './defect.js';
import { release } from './release.js';
import { Ship } from './ship.js';
import { Week } from './week.js';

export interface AppProps {
  /** The page's path: at `/orders/17` the app offers ways to ship that order. */
  readonly path: string;
  /** Told which version is on screen, once it is. */
  readonly onShown?: (version: string) => void;
}

export function App({ path, onShown }: AppProps) {
  renderDefect();
  useEffect(() => onShown?.(release.version), [onShown]);
  const order = /^\/orders\/(\d{1,6})$/.exec(path)?.[1];
  return (
    <div className={css.root} data-accent={release.accent}>
      {release.news !== undefined && (
        <p className={css.news}>
          <strong>New in {release.version}</strong> {release.news}
        </p>
      )}
      {order !== undefined && <Ship key={order} order={order} />}
      <div className={css.columns}>
        <Collections />
        {order === undefined && <Week />}
      </div>
    </div>
  );
}

// Module Federation hosts load the default export of an exposed module.
export { App as default };
