import { DeliveryError, type AppId, type Plan } from '@sluice/core';
import type { Platform } from './platform.js';

/** What the routers of an app cannot do of a plan, as a refusal with each of it; undefined where they can do it all. */
export function unableError(
  { routers = [] }: Platform,
  { app, plan }: { readonly app: AppId; readonly plan: Plan },
): DeliveryError | undefined {
  const unable = routers
    .filter((router) => router.covers?.(app) ?? true)
    .flatMap((router) => (router.cannot?.(plan) ?? []).map((one) => ({ router: router.name, ...one })));
  if (unable.length === 0) return undefined;
  const names = [...new Set(unable.map(({ router }) => router))].join(', ');
  return new DeliveryError({
    code: 'router-unable',
    message: `"${app}" cannot go by plan ${plan.name}: its router ${names} cannot do it.`,
    remedy: [...new Set(unable.map(({ remedy }) => remedy))].join(' '),
    details: unable.map(({ router, problem }) => `${router}: ${problem}`),
  });
}
