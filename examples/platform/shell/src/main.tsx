import { offerPanel } from '@sluice/resolver/panel';
import { reportReady } from '@sluice/resolver/report';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { tellAnalytics } from './analytics.js';
import { App } from './app.js';
import { followLinks } from './path.js';

if (__APP_DEFECT__ === 'no-boot')
  throw new Error(`Shell ${import.meta.env.SLUICE_VERSION} cannot start: no locale is configured`);

function Shell() {
  useEffect(() => reportReady('shell'), []);
  return <App />;
}

const root = document.getElementById('root');
if (root !== null) {
  followLinks();
  offerPanel();
  tellAnalytics();
  createRoot(root).render(<StrictMode>{__APP_DEFECT__ === 'blank' ? null : <Shell />}</StrictMode>);
}
