import type { AppId, Routed, Router, Store } from '@sluice/core';
import { serviceError } from '../aws-error.js';
import type { AwsConnection } from '../connection.js';
import type { ConfigurationPlace } from './place.js';
import type { SharedConfiguration } from './shared-configuration.js';

export interface AppConfigRouterOptions {
  readonly place: ConfigurationPlace;
  readonly connection?: AwsConnection | undefined;
  /** The apps that it routes. Default: all. */
  readonly covers?: ((app: AppId) => boolean) | undefined;
  /** Where what is served is written for browsers, as `appconfig-index.json`. Default: nowhere. */
  readonly publicStore?: Store | undefined;
  /** Waits while a deployment all at once ends, which takes AppConfig seconds. Default: the real clock. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
  readonly now?: (() => number) | undefined;
}

/**
 * AWS AppConfig, the brief's fourth strategy: the deployments of all apps are one hosted configuration, deployed to
 * everybody at once; servers read it and decide. Each call goes on from what is there, so that a tick after a crash at
 * any step does the rest. What is served is read back from the deployments that AppConfig completed.
 */
export function createAppConfigRouter(options: AppConfigRouterOptions): Router {
  let opened: Promise<SharedConfiguration> | undefined;
  // Servers that only read load nothing of what writes.
  const open = (): Promise<SharedConfiguration> =>
    (opened ??= import('./shared-configuration.js').then(({ openConfiguration }) => openConfiguration(options)));
  const together = (routed: readonly Routed[]): Promise<void> => told(async () => (await open()).route(routed));
  return {
    name: 'appconfig',
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    route: (app, pointer) => together([{ app, pointer }]),
    routeTogether: together,
    served: (app) => told(async () => (await open()).served(app)),
  };
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw serviceError('AppConfig', error);
  }
}
