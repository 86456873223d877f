import type { ModuleFederation } from '@module-federation/runtime';
import { getResolver, getTelemetry, loadedApp } from '@sluice/resolver/report';
import { appOf, remoteOf } from './remote-of.js';

/** Points the remote behind an id at its decided version, before the runtime loads it. */
export async function aim(origin: ModuleFederation, id: string): Promise<void> {
  const remote = remoteOf(origin, id);
  // A loaded remote stays what it is for the life of the page.
  if (!remote || origin.moduleCache.has(remote.name)) return;
  const decision = await getResolver().resolve(appOf(remote));
  if (!decision) return;
  const { app, version, listeners } = loadedApp(decision);
  // The instance forgets what it has loaded; who asks next comes by here.
  listeners.add(() => origin.registerRemotes([remote], { force: true }));
  (remote as { entry: string }).entry = `${location.origin}/${app}/${version}/mf-manifest.json`;
  void getTelemetry().attempt(app);
}
