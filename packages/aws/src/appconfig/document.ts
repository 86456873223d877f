import {
  DeliveryError,
  edgeEntryOf,
  parseAppId,
  readPointer,
  type AppId,
  type Pointer,
  type Routed,
} from '@sluice/core';

/** "Configurations must be 1 MB or smaller" (AWS, AWS::AppConfig::HostedConfigurationVersion). */
const mostBytes = 1_000_000;
/** The newest shape of the document that this code writes. */
const schema = 1;

/**
 * The brief's document: `{ "deployments": { "mfe1": { "activeVersion": …, "canaryVersion": …, "canaryPercent": … } } }`,
 * each deployment with what a decision needs besides. What else is in it (`featureFlags`) is not ours, and kept.
 */
export interface Configuration {
  readonly deployments: ReadonlyMap<AppId, Pointer>;
}

/** Tolerant, never throws; undefined where there are no deployments at all. A bad one never spoils the others. */
export function readConfiguration(text: string | undefined): Configuration | undefined {
  const found = recordIn(text)?.['deployments'];
  if (!isRecord(found)) return undefined;
  const deployments = new Map<AppId, Pointer>();
  for (const [name, deployment] of Object.entries(found)) {
    const app = parseAppId(name);
    const pointer = isRecord(deployment)
      ? readPointer({ ...deployment, version: deployment['activeVersion'] })
      : undefined;
    if (app !== undefined && pointer !== undefined) deployments.set(app, pointer.pointer);
  }
  return { deployments };
}

/**
 * The document with these apps as their pointers say; the text itself where nothing is to be changed. A pointer with a
 * lower generation changes nothing; a human's, without one, gets one above that of the deployment. Throws
 * `document-invalid`, `schema-unknown`, and `router-behind` where it would be too long.
 */
export function nextConfiguration(text: string | undefined, routed: readonly Routed[]): string {
  const before = documentOf(text);
  const known = readConfiguration(text)?.deployments;
  const changed = routed.flatMap(({ app, pointer }) => {
    const there = known?.get(app);
    const generation = there?.generation ?? -1;
    if (pointer.generation !== undefined && pointer.generation < generation) return [];
    const own = there !== undefined && entryOf({ ...pointer, generation }) === entryOf({ ...there, generation });
    const next = pointer.generation ?? (own ? generation : generation + 1);
    return own && next === generation ? [] : [[app, JSON.parse(entryOf({ ...pointer, generation: next })) as unknown]];
  });
  if (text !== undefined && changed.length === 0) return text;
  const deployments = { ...(before['deployments'] as object | undefined), ...(Object.fromEntries(changed) as object) };
  return fitting(JSON.stringify({ ...before, schema, deployments }));
}

/** As every edge has it, but for the brief's name of the stable version. */
function entryOf(pointer: Pointer): string {
  const { version, ...decision } = JSON.parse(edgeEntryOf(pointer)) as Pointer;
  return JSON.stringify({ activeVersion: version, ...decision });
}

function fitting(text: string): string {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= mostBytes) return text;
  throw new DeliveryError({
    code: 'router-behind',
    message: `The configuration for AppConfig has ${String(bytes)} bytes; at most ${String(mostBytes)} fit. AppConfig serves what it had.`,
    remedy: 'Shorten `allowList` of the rollouts, or move what is not `deployments` into a profile of its own.',
  });
}

/** What is not ours is never overwritten: a text that cannot be read, or that a newer Sluice wrote, is refused. */
function documentOf(text: string | undefined): Readonly<Record<string, unknown>> {
  const document = text === undefined || text.trim() === '' ? {} : recordIn(text);
  const deployments = document?.['deployments'] ?? {};
  if (document === undefined || !isRecord(deployments)) {
    throw new DeliveryError({
      code: 'document-invalid',
      message: 'The newest hosted version of the configuration profile is no JSON object with `deployments`.',
      remedy: 'Name a profile in `appConfig` that is for Sluice alone; it is made where it is missing.',
    });
  }
  if (document['schema'] === undefined || document['schema'] === schema) return document;
  throw new DeliveryError({
    code: 'schema-unknown',
    message: `The configuration profile has schema ${JSON.stringify(document['schema'])}; this Sluice writes ${String(schema)}.`,
    remedy: 'Use the newer Sluice that wrote it.',
  });
}

function recordIn(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text ?? 'null') as unknown;
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
