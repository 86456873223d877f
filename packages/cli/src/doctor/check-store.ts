import { indexKey, pointerKey, storeMarkerKey, type Pointer, type Store } from '@sluice/core';
import { parseIndexDocument, parsePointerDocument } from '@sluice/schema';
import { newId, openContext, type Context, type GlobalOptions, type World } from '../context.js';
import { loadConfig, type LoadedConfig } from '../load-config.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

export async function checkConfig(
  world: World,
  options: GlobalOptions,
): Promise<{ readonly finding: Finding; readonly loaded?: LoadedConfig }> {
  try {
    const loaded = await loadConfig({ ...world, ...options });
    return { finding: fine('configuration', `${loaded.path}, target ${loaded.target.name}`), loaded };
  } catch (error) {
    return { finding: fromError('configuration', error) };
  }
}

export async function openStore(
  world: World,
  options: GlobalOptions,
  { target }: LoadedConfig,
): Promise<{ readonly finding: Finding; readonly context?: Context }> {
  try {
    return { finding: fine('store', target.store), context: await openContext(world, options) };
  } catch (error) {
    return { finding: fromError('store', error) };
  }
}

export async function checkMarker(store: Store): Promise<Finding> {
  const check = 'marker';
  const text = await textOf(store, storeMarkerKey);
  const schema = schemaOf(text ?? '');
  if (schema === 1) return fine(check, `${storeMarkerKey}, schema 1`);
  const remedy = 'Write { "schema": 1 } into it, or use the newer Sluice that made this store.';
  const code = schema === undefined ? 'document-invalid' : 'schema-unknown';
  return wrong(check, { code, text: `${storeMarkerKey} has no schema that this Sluice knows.`, remedy });
}

function schemaOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly schema?: unknown } | null)?.schema;
  } catch {
    return undefined;
  }
}

/** Writes with rename and fsync, and reads back; and of two writers one must win. */
export async function checkFileSystem(store: Store): Promise<Finding> {
  const check = 'writes';
  const key = `sluice-doctor-${newId()}.json`;
  const bytes = new TextEncoder().encode('{}\n');
  try {
    const results = await Promise.all([1, 2].map(() => store.write(key, bytes, { kind: 'absent' })));
    const back = await store.read(key);
    const winners = results.filter(({ kind }) => kind === 'written').length;
    if (winners === 1 && back?.bytes.length === bytes.length)
      return fine(check, 'whole and durable; of two writers one wins');
    const text = `of two writers ${String(winners)} won: this file system cannot hold a store`;
    return wrong(check, { code: 'store-unreachable', text, remedy: 'Put the store on a local disk.' });
  } catch (error) {
    return fromError(check, error);
  } finally {
    await store.remove(key).catch(() => undefined);
  }
}

/** The index is a copy: it must say of each app what its pointer says. */
export async function checkIndex({ store, platform }: Context): Promise<Finding> {
  const check = 'index';
  const remedy = 'It is a copy: the next tick of a controller writes it anew (`sluice serve`).';
  try {
    const text = await textOf(store, indexKey);
    const pointers = await Promise.all(
      platform.apps.map(async ({ place }) => ({
        app: place.app,
        pointer: parsed(await textOf(store, pointerKey(place))),
      })),
    );
    const deployed = pointers.filter(({ pointer }) => pointer !== undefined);
    if (text === undefined && deployed.length === 0) return fine(check, 'not there yet: nothing is deployed');
    const index = parseIndexDocument(text ?? '');
    if (index.kind === 'invalid') {
      const details = index.issues.map(({ place, problem }) => `${place}: ${problem}`);
      return wrong(check, { code: 'document-invalid', text: `${indexKey} cannot be read`, remedy, details });
    }
    const details = deployed.flatMap(({ app, pointer }) => apart(app, pointer, index.value.apps[app]));
    if (details.length === 0) return fine(check, `in line with ${String(deployed.length)} pointers`);
    return wrong(check, { code: 'document-invalid', text: `${indexKey} is behind`, remedy, details });
  } catch (error) {
    return fromError(check, error);
  }
}

function apart(app: string, pointer: Pointer | undefined, entry: Pointer | undefined): readonly string[] {
  if (pointer === undefined) return [];
  const says = (one: Pointer | undefined): string =>
    one === undefined
      ? 'nothing'
      : `${one.version}, canary ${one.canaryVersion ?? 'none'} at ${String(one.canaryPercent)} %`;
  return says(pointer) === says(entry)
    ? []
    : [`${app}: the pointer says ${says(pointer)}; the index says ${says(entry)}.`];
}

/** A pointer that cannot be read is told of by the check of its app. */
function parsed(text: string | undefined): Pointer | undefined {
  const pointer = text === undefined ? undefined : parsePointerDocument(text);
  return pointer?.kind === 'ok' ? pointer.value : undefined;
}

async function textOf(store: Store, key: string): Promise<string | undefined> {
  const found = await store.read(key);
  return found && new TextDecoder().decode(found.bytes);
}
