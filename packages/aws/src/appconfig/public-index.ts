import { appConfigIndexKey, readIndex, type AppId, type Pointer, type Store, type WriteCondition } from '@sluice/core';

const attempts = 5;

/**
 * What browsers may see of what AppConfig serves: the deployments alone, as an index like the platform's own. Browsers
 * have no credentials for AppConfig, each question there is priced, and its document may have in it what is for servers.
 */
export async function writePublicIndex(store: Store, deployments: ReadonlyMap<AppId, Pointer>): Promise<void> {
  const apps = Object.fromEntries([...deployments].map(([app, { metadata: _forPeople, ...entry }]) => [app, entry]));
  const text = JSON.stringify({ schema: 1, apps });
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await store.read(appConfigIndexKey);
    if (found !== undefined && new TextDecoder().decode(found.bytes) === text) return;
    const condition: WriteCondition = found === undefined ? { kind: 'absent' } : { kind: 'matches', etag: found.etag };
    if ((await store.write(appConfigIndexKey, new TextEncoder().encode(text), condition)).kind === 'written') return;
  }
  // Somebody else writes the same: who looks next sees whether it is in line.
}

export async function readPublicIndex(store: Store): Promise<ReadonlyMap<AppId, Pointer>> {
  const found = await store.read(appConfigIndexKey);
  const entries = [...(readIndex(json(found && new TextDecoder().decode(found.bytes)))?.apps ?? [])];
  return new Map(entries.map(([app, { pointer }]) => [app, pointer]));
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null') as unknown;
  } catch {
    return null;
  }
}
