import type { ModuleFederation } from '@module-federation/runtime';
import { getResolver, getTelemetry } from '@sluice/resolver/report';
import { entryOf, loadedApp } from './loaded.js';
import { appOf, remoteOf } from './remote-of.js';

/** Points the remote behind an id at its decided version, before the runtime loads it. */
export async function aim(origin: ModuleFederation, id: string): Promise<void> {
  const remote = remoteOf(origin, id);
  const isPinned = (): boolean => !remote || origin.moduleCache.has(remote.name);
  // A loaded remote stays what it is for the life of the page.
  const decision = isPinned() ? undefined : await getResolver().resolve(appOf(origin, id));
  if (!remote || !decision || isPinned()) return;
  const loaded = loadedApp(decision);
  loaded.hosts.set(origin, (entry) => {
    origin.registerRemotes([{ ...remote, entry }], { force: true });
  });
  Object.assign(remote, { entry: entryOf(decision.app, loaded.version) });
  void getTelemetry().attempt(decision.app);
}
