import { documentOptions } from './boot/document-options.js';
import { watchFirstSight } from './boot/first-sight.js';
import { watchForms } from './boot/next-navigation.js';
import { takeAsGiven } from './boot/take-as-given.js';
import { watchVersions } from './boot/watch-versions.js';
import { grants } from './grants.js';
import { pageState } from './page-state.js';
import { getTelemetry } from './report/telemetry.js';
import { getResolver } from './resolver.js';

// First script of a shell's page: says which shell runs, begins its session, and tells what became of it.

const nothingShownMs = 8000;

const { sluiceApp: app, sluiceVersion: version } = (document.currentScript as HTMLScriptElement | null)?.dataset ?? {};
if (app && version) watchBoot(app, version);

function watchBoot(app: string, version: string): void {
  const shell = (pageState().shell = { app, version });
  const options = documentOptions();
  const resolver = getResolver({ claims: grants(), ...options });
  takeAsGiven(resolver, shell);
  const telemetry = getTelemetry(options);
  const begun = telemetry.attempt(app).then(() => {
    // What failed before the index had come.
    const early = pageState().failures?.[app];
    if (early) telemetry.failed(app, early);
  });
  const timer = setTimeout(() => {
    // In the background nobody waits; once it is seen silence says as much.
    if (!document.hidden) telemetry.failed(app, { kind: 'timeout', error: 'blank page' });
  }, nothingShownMs);
  watchFirstSight(() => {
    clearTimeout(timer);
    void begun.then(() => telemetry.ready(app));
  });
  watchForms();
  watchVersions({ resolver, shell, reload: () => location.reload() });
}
