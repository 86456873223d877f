import type { AppId } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import type { Platform } from '../platform.js';
import type { StartGroup } from './start-group.js';

export function groupError(
  platform: Platform,
  asked: Pick<StartGroup, 'group'>,
  strangers: readonly string[],
): DeliveryError {
  const known = (platform.groups ?? []).map(({ name, apps }) => `${name} (${apps.join(', ')})`).join('; ');
  const stranger =
    strangers.length === 0 ? '' : ` ${strangers.join(', ')} ${strangers.length === 1 ? 'is' : 'are'} not in it.`;
  return new DeliveryError({
    code: 'group-unknown',
    message: `"${asked.group}" cannot move with these versions.${stranger} There ${known === '' ? 'is no group' : `is: ${known}`}.`,
    remedy: `Name at least two members: \`sluice start ${asked.group} mfe1@v1.1.0 mfe2@v2.0.0\`; groups are written in sluice.config.`,
  });
}

export function busy(group: string, rollout: { readonly app: AppId; readonly canary: string }): DeliveryError {
  return new DeliveryError({
    code: 'rollout-running',
    message: `"${group}" cannot start: a rollout of ${rollout.app} is running, ${rollout.canary} is on trial.`,
    remedy: `Wait for it (\`sluice watch ${rollout.app}\`), or end it with \`sluice abort ${rollout.app}\`.`,
  });
}

export function notFree(group: string): DeliveryError {
  return new DeliveryError({
    code: 'rollout-running',
    message: `"${group}" cannot start: a member got a rollout of its own in the same moment. Nothing was served.`,
    remedy: 'Wait for it, then start the group again.',
  });
}

export function stableAlready(app: string, version: string): DeliveryError {
  return new DeliveryError({
    code: 'usage',
    message: `${version} is stable for everybody in "${app}" already: it has nowhere to move.`,
    remedy: `Leave ${app} out, or name a newer version of it.`,
  });
}

export function notLive(app: string): DeliveryError {
  return new DeliveryError({
    code: 'rollback-nowhere',
    message: `Nothing of "${app}" is deployed yet: a group moves from what is stable.`,
    remedy: `Put its first version live: \`sluice start ${app} <version>\`.`,
  });
}

export function obstructed(asked: Pick<StartGroup, 'group'>, why: string, name: string | undefined): DeliveryError {
  return new DeliveryError({
    code: 'rollout-obstructed',
    message: `"${asked.group}" cannot be started now. ${why}`,
    remedy:
      name === undefined
        ? 'Wait until it is over.'
        : `Wait until it is over, or type the same with \`--override ${name} --reason "why it cannot wait"\`.`,
  });
}
