import { setTimeout as wait } from 'node:timers/promises';
import { DeliveryError } from '@sluice/core';
import { keysTakenWithinMs, openKeys, rotateKeys, type DatedKey } from '@sluice/local';
import type { Target } from '@sluice/schema';
import { loadConfig } from '../load-config.js';
import { compareKeys, edgeKeys, keysApart, keysOf, type EdgeKeysState } from '../target/keys.js';
import type { GlobalOptions, World } from '../context.js';
import { say } from '../output.js';

export type KeysAction = 'list' | 'rotate' | 'push';

interface KeysOptions extends GlobalOptions {
  readonly action: KeysAction;
}

/**
 * Which keys sign and verify, never what they are; or a new one that signs from now on. Where CloudFront signs it gets the
 * keys after the file has them: killed in between, the next `serve`, `rotate` or `push` does the rest.
 */
export async function keys(world: World, options: KeysOptions): Promise<void> {
  const { target } = await loadConfig({ ...world, ...options });
  const path = keysOf(target);
  const at = { path, now: world.now };
  const edge = await edgeKeys(target);
  if (options.action === 'push' && edge === undefined) throw nothingToPush(target);
  if (options.action === 'rotate') await refuseOthers(target, await openKeys(at));
  const found = await (options.action === 'rotate' ? rotateKeys(at) : openKeys(at));
  if (edge !== undefined && options.action === 'push') await edge.write(found);
  if (edge !== undefined && options.action === 'rotate') {
    // Ingestion first: what signs before it knows the key is refused.
    await wait(keysTakenWithinMs);
    await edge.write(found).catch((error: unknown) => {
      throw halfWay(error, target);
    });
  }
  const there = await edge?.read();
  const state = there && compareKeys(found, there);
  const listed = found.map(({ id, createdAt }, i) => ({ id, createdAt, signs: i === 0 }));
  const said = { path, keys: listed, ...(there && { edge: { state, keys: there.map(({ id }) => id) } }) };
  const lines = [path, ...listed.map(inWords), ...(state === undefined ? [] : [edgeInWords(state, target)])];
  say(options.json, said, lines.join('\n'));
}

/** A new key would come from a file that is not the one that CloudFront's keys are of. */
async function refuseOthers(target: Target, file: readonly DatedKey[]): Promise<void> {
  const there = (await (await edgeKeys(target))?.read()) ?? [];
  if (compareKeys(file, there) === 'apart') throw keysApart(target, there);
}

function inWords({ id, createdAt, signs }: Omit<DatedKey, 'secret'> & { readonly signs: boolean }): string {
  return `  ${id}  made ${createdAt}  ${signs ? 'signs' : 'verifies only'}`;
}

function edgeInWords(state: EdgeKeysState, { name }: Target): string {
  const push = `\`sluice keys push --target ${name}\``;
  const words: Readonly<Record<EdgeKeysState, string>> = {
    same: 'CloudFront has the same.',
    none: `CloudFront has none yet, and signs nobody: ${push}, or \`sluice serve\`, brings them.`,
    behind: `CloudFront signs by an older one: ${push}, or \`sluice serve\`, brings the newest.`,
    apart: `CloudFront signs by a key that is not of this file: every beacon is refused as unsigned. \`sluice doctor --target ${name}\` says what to do.`,
  };
  return words[state];
}

/** Another rotation would make another key. */
function halfWay(error: unknown, { name }: Target): unknown {
  if (!(error instanceof DeliveryError)) return error;
  return new DeliveryError({
    code: error.code,
    message: `The file has the new key; CloudFront goes on as before. ${error.message}`,
    remedy: `${error.remedy} Then \`sluice keys push --target ${name}\`; a running \`sluice serve\` does it too.`,
    cause: error,
  });
}

function nothingToPush({ name }: Target): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `The edge of target "${name}" reads the file itself.`,
    remedy: 'Nothing has to be pushed: edge and controller take new keys within seconds.',
  });
}
