import type { ModuleFederation } from '@module-federation/runtime';
import { ownerOf, pageState, type Loaded } from '@sluice/resolver/report';
import { appOf, remoteOf } from './remote-of.js';

/** The app whose version an address belongs to. */
export function loadedFrom(url: string): Loaded | undefined {
  return pageState().loaded.get(ownerOf(url) as string);
}

/** The app that an id names, where Sluice loads it. */
export function loadedAs(origin: ModuleFederation, id: string): Loaded | undefined {
  const remote = remoteOf(origin, id);
  return remote && pageState().loaded.get(appOf(remote));
}
