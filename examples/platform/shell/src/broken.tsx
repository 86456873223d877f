import { useEffect } from 'react';
import * as css from './shell.module.css';
import { noteBroken } from './shown.js';

/** In the place of an app of which no version could be shown. */
export function Broken({ app, name }: { readonly app: string; readonly name: string }) {
  useEffect(() => noteBroken(app), [app]);
  return (
    <p className={css.broken} role="alert">
      <strong>The {name} cannot be shown right now.</strong> The rest of the desk works.{' '}
      <a href={location.href} onClick={() => location.reload()}>
        Load the page again
      </a>
    </p>
  );
}
