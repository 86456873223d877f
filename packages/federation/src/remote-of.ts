import type { ModuleFederation } from '@module-federation/runtime';

type Remote = ModuleFederation['options']['remotes'][number];

/** The registered remote that an id like `mfe1/App` names. The Vite plugin mangles names and keeps ours as the alias. */
export function remoteOf(origin: ModuleFederation, id: string): Remote | undefined {
  const names = (name = ''): boolean => `${id}/`.startsWith(`${name}/`);
  return origin.options.remotes.find(({ alias, name }) => names(alias) || names(name));
}

/** The app behind a remote. */
export function appOf({ alias, name }: Remote): string {
  return alias ?? name;
}
