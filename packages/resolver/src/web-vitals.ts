/**
 * LCP, INP and CLS as metrics of the apps on the page, by Google's package `web-vitals`, which the application installs.
 *
 *   import { reportWebVitals } from '@sluice/resolver/web-vitals';
 *   reportWebVitals(); // metrics `lcp`, `inp` and `cls`, to be named in `sluice.config.ts`
 */
import { onCLS, onINP, onLCP, type Metric } from 'web-vitals';
import { pageState } from './page-state.js';

/** What comes later than 10 s after an app's attempt is counted nowhere. */
const knownAfterMs = 8000;

/**
 * Reports what is known 8 s after the page was asked for, or when it is left before: once, for every app on the page,
 * because the page belongs to all of them. INP is there only where somebody has done something.
 */
export function reportWebVitals(): void {
  const known = new Map<string, number>();
  const keep = ({ name, value }: Metric): void => {
    known.set(name.toLowerCase(), value);
  };
  onLCP(keep, { reportAllChanges: true });
  onINP(keep, { reportAllChanges: true });
  onCLS(keep, { reportAllChanges: true });
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    const { shell, loaded, telemetry } = pageState();
    for (const app of new Set([...loaded.keys(), ...(shell ? [shell.app] : [])])) {
      for (const [name, value] of known) telemetry?.metric(app, name, value);
    }
  };
  setTimeout(end, knownAfterMs - performance.now());
  // In the capture phase: before telemetry sends what it has, and after the package has said its last.
  addEventListener('visibilitychange', () => document.hidden && end(), true);
  addEventListener('pagehide', end, true);
}
