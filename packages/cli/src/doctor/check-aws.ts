import { DeliveryError, pointerKey, type AppPlace, type Pointer, type Store } from '@sluice/core';
import { parsePointerDocument } from '@sluice/schema';
import type { Context } from '../context.js';
import { clientOf } from '../target/client.js';
import { countingTable } from '../serve/counting-table.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

/** What a target has outside of its store: the table that sessions are counted in, alarms, and what routers serve. */
export async function checkAws(context: Context): Promise<readonly Finding[]> {
  const { routers = [], apps } = context.platform;
  const served = routers.flatMap((router) =>
    apps
      .filter(({ place }) => router.covers?.(place.app) ?? true)
      .map(async ({ place }): Promise<Finding> => {
        try {
          return compare(router.name, place, {
            served: await router.served(place.app),
            wanted: await pointerOf(context.store, place),
          });
        } catch (error) {
          return fromError('router', error);
        }
      }),
  );
  const outside = [checkTable(context), checkAlarms(context), checkUnfedAlarms(context), checkDistribution(context)];
  return [...(await Promise.all(outside)).flat(), ...(await Promise.all(served))];
}

async function checkTable(context: Context): Promise<readonly Finding[]> {
  const { dynamo } = context.target;
  const table = await countingTable(context, context.platform.now);
  if (table === undefined || dynamo === undefined) return [];
  try {
    // Nobody has a rollout of this name: it is asked whether the table answers.
    await table.source.closedSlots('doctor', 0);
    return [fine('table', `the table "${dynamo.table}" answers`)];
  } catch (error) {
    return [fromError('table', error)];
  }
}

/** An alarm that is not there never goes off, and nobody notices. */
async function checkAlarms({ target, config }: Context): Promise<readonly Finding[]> {
  if (target.kind !== 'aws' || config.alarms === 'none') return [];
  const { alarmsFor, createAlarmReader } = await import('@sluice/aws/cloudwatch');
  const alarms = alarmsFor({ apps: config.apps.map(({ place }) => place.app) });
  const { region, endpoint } = target;
  const reader = createAlarmReader({ alarms, connection: { region, endpoint, ...clientOf(target) } });
  try {
    await reader.refresh();
  } catch (error) {
    return [fromError('alarms', error)];
  }
  const missing = reader.readings().filter(({ why }) => why === 'there is no such alarm');
  if (missing.length === 0) return [fine('alarms', `${String(alarms.length)} of the brief's are there`)];
  return [
    wrong('alarms', {
      code: 'config-invalid',
      text: `${String(missing.length)} of ${String(alarms.length)} alarms are not in CloudWatch: they would never go off.`,
      remedy: "Make them (`alarmsFor` of @sluice/aws/cloudwatch has them as data), or write alarms: 'none'.",
      details: missing.map(({ alarm }) => alarm),
    }),
  ];
}

/** An alarm on a metric that nobody emits never goes off either: CloudWatch adds nothing up over dimensions. */
async function checkUnfedAlarms({ target }: Context): Promise<readonly Finding[]> {
  if (target.kind !== 'aws') return [];
  const { findUnfedAlarms } = await import('@sluice/aws/cloudwatch');
  const { region, endpoint } = target;
  try {
    const unfed = await findUnfedAlarms({ region, endpoint, ...clientOf(target) });
    if (unfed.length === 0) return [fine('alarm metrics', 'no alarm reads what is never emitted')];
    return [
      wrong('alarm metrics', {
        code: 'config-invalid',
        text: `${String(unfed.length)} alarms read a metric that is never emitted with these dimensions: they never go off.`,
        remedy: 'Let them read a dimension set of docs/aws.md, or delete them (aws cloudwatch delete-alarms).',
        details: unfed.map(
          ({ name, metric, dimensions }) => `${name}: ${metric} by ${dimensions.join(', ') || 'nothing'}`,
        ),
      }),
    ];
  } catch (error) {
    return [fromError('alarm metrics', error)];
  }
}

/** The distributions that the target names, as far as they can be in the way of a rollout. */
async function checkDistribution({ target }: Context): Promise<readonly Finding[]> {
  if (target.kind !== 'aws') return [];
  const weighted = Object.values(target.continuousDeployment).map(({ distribution }) => distribution);
  const ids = new Set([...(target.distribution === undefined ? [] : [target.distribution]), ...weighted]);
  if (ids.size === 0) return [];
  const { inspectDistribution } = await import('@sluice/aws/cloudfront');
  const connection = { endpoint: target.endpoint, ...clientOf(target) };
  return Promise.all(
    [...ids].map(async (id): Promise<Finding> => {
      try {
        const isWeighted = weighted.includes(id);
        const flaws = await inspectDistribution(id, { isWeighted, connection });
        if (flaws.length === 0) return fine('distribution', `${id} is enabled, and nothing of it is in the way`);
        const text = `${id} cannot serve as it is set up.`;
        const remedy = 'Change it in your templates or in the console; each line says to what.';
        return wrong('distribution', { code: 'config-invalid', text, remedy, details: flaws });
      } catch (error) {
        return fromError('distribution', error);
      }
    }),
  );
}

type Decision = Pointer | undefined;

async function pointerOf(store: Store, place: AppPlace): Promise<Decision> {
  const found = await store.read(pointerKey(place));
  const read = found && parsePointerDocument(new TextDecoder().decode(found.bytes));
  if (read === undefined) return undefined;
  if (read.kind === 'ok') return read.value;
  throw new DeliveryError({
    code: 'document-invalid',
    message: `The pointer of ${place.app} cannot be read: nobody can tell what routers shall serve.`,
    remedy: 'Mend the pointer first; its own line above says how.',
  });
}

function compare(
  router: string,
  { app }: AppPlace,
  { served, wanted }: { readonly served: Decision; readonly wanted: Decision },
): Finding {
  const words = (pointer: Decision): string =>
    pointer === undefined
      ? 'nothing'
      : [pointer.version, pointer.canaryVersion ?? '', `${String(pointer.canaryPercent)} %`].filter(Boolean).join(' ');
  if (words(served) === words(wanted)) return fine('router', `${router} serves ${words(served)} of ${app}`);
  return wrong('router', {
    code: 'router-behind',
    text: `${router} serves ${words(served)} of ${app}; the pointer says ${words(wanted)}.`,
    remedy: `A tick brings it into line: \`sluice serve\`, or any command on ${app}.`,
  });
}
