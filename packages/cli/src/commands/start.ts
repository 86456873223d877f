import { startGroup, startRollout, type CommandResult, type Superseding } from '@sluice/controller/commands';
import { DeliveryError } from '@sluice/core';
import type { ConfigApp } from '@sluice/schema';
import {
  appNamed,
  openContext,
  overridesOf,
  planFor,
  unitNamed,
  type Context,
  type GlobalOptions,
  type World,
} from '../context.js';
import { expectationOf, trafficOf, type Expectation } from '../expectation.js';
import { withPublished } from './published.js';
import { report } from './result.js';

export interface StartOptions extends GlobalOptions {
  /** An app, or a group. */
  readonly app: string;
  /** One version, or `app@version` of each member that moves. */
  readonly versions: readonly string[];
  readonly plan?: string;
  readonly reason?: string;
  readonly hotfix?: boolean;
  readonly ifRunning?: Superseding;
  readonly sameUsers?: boolean;
  readonly override?: readonly string[];
  readonly force?: boolean;
}

export async function start(world: World, options: StartOptions): Promise<void> {
  const context = await openContext(world, options);
  const { app, versions } = options;
  const asked = { actor: context.actor, reason: options.reason ?? 'release', overrides: overridesOf(options) };
  if (context.config.groups.some(({ name }) => name === app)) {
    const name = options.plan ?? unitNamed(context, app).plan;
    const plan = planFor(context, unitNamed(context, app), name);
    const members = membersOf(options);
    const known = context.config.apps.filter(({ place }) => members[place.app] !== undefined);
    const rules = Object.fromEntries(known.map((one) => [one.place.app, planFor(context, one, name).rules]));
    const expected = await expectationsOf(context, known, name);
    const result = await startGroup(context.platform, { ...asked, group: app, versions: members, plan, rules });
    return report(context, result, options.json, started(result, Object.values(members)) ? expected : []);
  }
  const configured = appNamed(context, app);
  const [version, more] = versions;
  if (version === undefined || more !== undefined) throw oneVersion(app);
  const expected = await expectationsOf(context, [configured], options.plan);
  const result = await startRollout(context.platform, {
    ...asked,
    app,
    version,
    plan: planFor(context, configured, options.plan),
    superseding: options.hotfix === true ? 'replace' : options.ifRunning,
    users: options.sameUsers === true ? 'same' : undefined,
  });
  const told = await withPublished(result, { store: context.store, place: configured.place });
  await report(context, told, options.json, started(result, [version]) ? expected : []);
}

/** What the plan will take, for each app. Read before the start: what cannot be read stops nothing half way. */
async function expectationsOf(
  context: Context,
  apps: readonly ConfigApp[],
  plan: string | undefined,
): Promise<readonly Expectation[]> {
  const traffic = await trafficOf(
    context,
    apps.map(({ place }) => place.app),
  );
  return apps.flatMap((one) => {
    const known = traffic.get(one.place.app);
    return known === undefined
      ? []
      : [expectationOf(context.target, { app: one, plan: planFor(context, one, plan), traffic: known })];
  });
}

/** Whether a rollout of these versions began: not the first version, nor one that waits for its turn. */
function started(result: CommandResult, versions: readonly string[]): boolean {
  if (result.kind !== 'done') return false;
  const { rollout } = result.status;
  return rollout !== null && rollout.outcome === null && versions.includes(rollout.canary);
}

function membersOf({ app, versions }: StartOptions): Readonly<Record<string, string>> {
  const members = versions.map((text) => text.split('@'));
  const wrong = members.find((parts) => parts.length !== 2 || parts.includes(''));
  if (wrong === undefined) return Object.fromEntries(members) as Record<string, string>;
  throw new DeliveryError({
    code: 'usage',
    message: `"${wrong.join('@')}" does not say which member of "${app}" gets which version.`,
    remedy: `Write app@version for each member: \`sluice start ${app} mfe1@v1.1.0 mfe2@v2.0.0\`.`,
  });
}

function oneVersion(app: string): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `One version of "${app}" can be started at a time.`,
    remedy: `Write \`sluice start ${app} v1.1.0\`; several apps that move together are a group of sluice.config.`,
  });
}
