import { Suspense } from 'react';
import { Frame } from './frame.js';
import { Header } from './header.js';
import { Dispatch, Orders } from './mfes.js';
import { usePath } from './path.js';
import { release } from './release.js';
import { Releases } from './releases.js';
import * as css from './shell.module.css';
import { StatusStrip } from './status-strip.js';

export function App() {
  const path = usePath();
  return (
    <div className={css.page} data-accent={release.accent}>
      <Header path={path} />
      <main className={css.main}>
        <Page path={path} />
      </main>
      <Suspense>
        <StatusStrip />
      </Suspense>
    </div>
  );
}

function Page({ path }: { readonly path: string }) {
  if (path === '/dispatch') return <Frame app="mfe2" path={path} mfe={Dispatch} />;
  if (path === '/' || path === '/orders' || path.startsWith('/orders/')) {
    return (
      <div className={css.desk}>
        <Frame app="mfe1" path={path} mfe={Orders} />
        <Frame app="mfe2" path={path} mfe={Dispatch} />
      </div>
    );
  }
  if (path === '/releases') {
    return (
      <Suspense>
        <Releases />
      </Suspense>
    );
  }
  return (
    <section className={css.sheet}>
      <h1>There is nothing here</h1>
      <p className={css.lead}>
        No page has the address <code>{path}</code>. <a href="/">Back to the desk</a>
      </p>
    </section>
  );
}
