import type { ModuleFederation } from '@module-federation/runtime';

type Remote = ModuleFederation['options']['remotes'][number];

/** The registered remote that an id like `mfe1/App` names. The Vite plugin mangles names and keeps ours as the alias. */
export function remoteOf(origin: ModuleFederation, id: string): Remote | undefined {
  const names = (name: string | undefined): boolean => name !== undefined && (id === name || id.startsWith(`${name}/`));
  const { remotes } = origin.options;
  return remotes.find((remote) => names(remote.alias)) ?? remotes.find((remote) => names(remote.name));
}

/** The app behind a remote. */
export function appOf(remote: Remote): string {
  return remote.alias ?? remote.name;
}
