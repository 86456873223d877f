import { getTelemetry, pageState } from '@sluice/resolver/report';
import { patienceMs } from './within.js';

/**
 * Nothing waits for the stylesheets of an app, and one that never comes throws nothing: what is still not there after
 * the patience that a chunk has takes the app to stable. Those that come later belong to what is loaded later.
 */
export function watchStylesheets(app: string): () => void {
  const loaded = pageState().loaded.get(app);
  if (!loaded) return () => undefined;
  const links = document.querySelectorAll<HTMLLinkElement>(
    `link[rel=stylesheet][href*="/${app}/${loaded.version}/"]:not([disabled])`,
  );
  const timer = setTimeout(() => {
    const late = [...links].find(({ isConnected, sheet }) => isConnected && !sheet);
    if (!late) return;
    const error = `Loading ${late.href} is late`;
    getTelemetry().failed(app, { kind: 'stylesheet', error, fellBack: loaded.fallBack() });
  }, patienceMs(loaded));
  return () => clearTimeout(timer);
}
