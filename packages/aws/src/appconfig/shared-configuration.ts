import { AppConfigClient } from '@aws-sdk/client-appconfig';
import { DeliveryError, type AppId, type Pointer, type Routed } from '@sluice/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { failureOf } from '../aws-error.js';
import { clientSettings } from '../connection.js';
import type { AppConfigRouterOptions } from './app-config-router.js';
import { lookAtDeployments, refuseMonitors, startDeployment, type SeenDeployments } from './deployments.js';
import { nextConfiguration, readConfiguration } from './document.js';
import { createVersion, newestVersion, textOfVersion, tidyVersions, type HostedVersion } from './hosted-versions.js';
import { findPlace, preparePlace, prepareStrategy, type ConfigurationPlace, type FoundPlace } from './place.js';
import { readPublicIndex, writePublicIndex } from './public-index.js';

/** How often it is looked whether a deployment ended, and how long it is waited in between. */
const looks = 10;
const lookMs = 1000;
/** A tick asks for every app; AppConfig's control plane takes few calls a second. */
const freshMs = 1000;

/** The one configuration that all apps with this router share. */
export interface SharedConfiguration {
  readonly route: (routed: readonly Routed[]) => Promise<void>;
  readonly served: (app: AppId) => Promise<Pointer | undefined>;
}

export function openConfiguration(options: AppConfigRouterOptions): SharedConfiguration {
  const client = new AppConfigClient(clientSettings(options.connection ?? {}));
  const router: Open = { ...options, client, seen: undefined };
  return { route: (routed) => routeAll(router, routed), served: (app) => servedTo(router, app) };
}

/** For browsers too it is served when both have it: until then the older one is what there is. */
async function servedTo(router: Open, app: AppId): Promise<Pointer | undefined> {
  const seen = await look(router);
  const deployed = readConfiguration(seen?.served?.text)?.deployments.get(app);
  const shown = seen?.shown;
  if (shown === undefined || deployed === undefined) return deployed;
  const inPages = shown.get(app);
  return (inPages?.generation ?? -1) <= (deployed.generation ?? -1) ? inPages : deployed;
}

interface Open extends AppConfigRouterOptions {
  readonly client: AppConfigClient;
  /** What was served when it was looked last. */
  seen: Seen | undefined;
}

interface Seen {
  readonly atMs: number;
  readonly place: FoundPlace;
  readonly served: HostedVersion | undefined;
  /** What browsers see; undefined where nothing is written for them. */
  readonly shown: ReadonlyMap<AppId, Pointer> | undefined;
}

async function routeAll(router: Open, routed: readonly Routed[]): Promise<void> {
  const { client, wait = sleep } = router;
  router.seen = undefined;
  const place = await preparePlace(client, router.place);
  await refuseMonitors(client, place);
  const strategyId = await prepareStrategy(client);
  for (let look = 0; look < looks; look += 1) {
    const step = await nextStep({ router, place, strategyId, routed });
    if (step === 'done') return;
    if (step === 'wait') await wait(lookMs);
  }
  // It is under way; the next tick looks again.
}

interface Routing {
  readonly router: Open;
  readonly place: FoundPlace;
  readonly strategyId: string;
  readonly routed: readonly Routed[];
}

/** One write at most. Whoever else writes makes it a conflict, and then it is looked again. */
async function nextStep({ router, place, strategyId, routed }: Routing): Promise<'done' | 'wait' | 'again'> {
  const { client } = router;
  const seen = await lookAtDeployments(client, place, router.place.profile);
  const { newest, numbers } = await newestVersion(client, place);
  const text = nextConfiguration(newest?.text, routed);
  try {
    if (newest === undefined || text !== newest.text) {
      await createVersion(client, place, { number: newest?.number ?? 0, text });
      return 'again';
    }
    if (seen.underWay !== undefined) return waitFor(seen.underWay, router.place);
    if (seen.served === newest.number) {
      await show(router, newest.text);
      await tidyVersions(client, place, numbers);
      return 'done';
    }
    await startDeployment(client, place, { version: newest.number, strategyId, latest: seen.latest });
    return 'again';
  } catch (error) {
    if (failureOf(error).name !== 'ConflictException') throw error;
    return 'wait';
  }
}

async function show({ publicStore }: Open, text: string): Promise<void> {
  const deployments = readConfiguration(text)?.deployments;
  if (publicStore !== undefined && deployments !== undefined) await writePublicIndex(publicStore, deployments);
}

/** A deployment all at once ends by itself. One that grows or bakes is somebody else's, and may take hours. */
function waitFor(
  underWay: NonNullable<SeenDeployments['underWay']>,
  { environment, profile }: ConfigurationPlace,
): 'wait' {
  const { DeploymentDurationInMinutes = 0, FinalBakeTimeInMinutes = 0, DeploymentNumber, State } = underWay;
  if (DeploymentDurationInMinutes + FinalBakeTimeInMinutes === 0) return 'wait';
  throw new DeliveryError({
    code: 'router-behind',
    message: `Deployment ${String(DeploymentNumber)} of "${underWay.ConfigurationName ?? '?'}" is ${String(State).toLowerCase()} in the environment "${environment}" of AppConfig, which takes one at a time; "${profile}" has to wait for it.`,
    remedy: `Stop it (aws appconfig stop-deployment --deployment-number ${String(DeploymentNumber)} …), and keep \`deployments\` in an environment of their own.`,
  });
}

async function look(router: Open): Promise<Seen | undefined> {
  const { client, seen, publicStore, now = Date.now } = router;
  const atMs = now();
  if (seen !== undefined && atMs - seen.atMs < freshMs) return seen;
  // Forgotten first: what cannot be found any more was perhaps made anew, with other ids.
  router.seen = undefined;
  const place = seen?.place ?? (await findPlace(client, router.place));
  if (place === undefined) return undefined;
  const { served: number } = await lookAtDeployments(client, place, router.place.profile);
  const served = number === undefined ? undefined : await hostedVersion({ client, place, number }, seen?.served);
  const shown = publicStore && (await readPublicIndex(publicStore));
  return (router.seen = { atMs, place, served, shown });
}

interface Wanted {
  readonly client: AppConfigClient;
  readonly place: FoundPlace;
  readonly number: number;
}

/** A hosted version never changes: it is read once. */
async function hostedVersion(
  { client, place, number }: Wanted,
  known: HostedVersion | undefined,
): Promise<HostedVersion> {
  return known?.number === number ? known : { number, text: await textOfVersion(client, place, number) };
}
