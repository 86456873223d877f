import { openKeys, rotateKeys, type DatedKey } from '@sluice/local';
import { loadConfig } from '../load-config.js';
import { keysOf } from '../target/keys.js';
import type { GlobalOptions, World } from '../context.js';
import { say } from '../output.js';

interface KeysOptions extends GlobalOptions {
  readonly action: 'list' | 'rotate';
}

/** Which keys sign and verify, never what they are; or a new one that signs from now on. */
export async function keys(world: World, options: KeysOptions): Promise<void> {
  const { target } = await loadConfig({ ...world, ...options });
  const path = keysOf(target);
  const at = { path, now: world.now };
  const found = await (options.action === 'rotate' ? rotateKeys(at) : openKeys(at));
  const listed = found.map(({ id, createdAt }, i) => ({ id, createdAt, signs: i === 0 }));
  say(options.json, { path, keys: listed }, [path, ...listed.map(inWords)].join('\n'));
}

function inWords({ id, createdAt, signs }: Omit<DatedKey, 'secret'> & { readonly signs: boolean }): string {
  return `  ${id}  made ${createdAt}  ${signs ? 'signs' : 'verifies only'}`;
}
