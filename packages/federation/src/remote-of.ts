import type { ModuleFederation } from '@module-federation/runtime';

/** The registered remote that an id like `mfe1/App` names. The Vite plugin mangles names and keeps ours as the alias. */
export function remoteOf(
  origin: ModuleFederation,
  id: string,
): ModuleFederation['options']['remotes'][number] | undefined {
  const { remotes } = origin.options;
  const names = (name = ''): boolean => `${id}/`.startsWith(`${name}/`);
  return remotes.find(({ alias }) => names(alias)) ?? remotes.find(({ name }) => names(name));
}

/** The app that an id names. */
export function appOf(origin: ModuleFederation, id: string): string {
  const remote = remoteOf(origin, id);
  return remote?.alias ?? remote?.name ?? '';
}
