import type { HistoryEntry } from '@sluice/core';
import { DeliveryError } from '@sluice/core';

export function historyLost(app: string): DeliveryError {
  return new DeliveryError({
    code: 'history-lost',
    message: `The history of "${app}" is gone: what was good before cannot be told.`,
    remedy: `Name the version: \`sluice rollback ${app} --to <version>\`, or put version-history.json back from a backup.`,
  });
}

export function waits(app: string, why: string): DeliveryError {
  return new DeliveryError({
    code: 'rollout-obstructed',
    message: `"${app}" cannot go back through all stages now: ${why}.`,
    remedy: `Go back at once with \`sluice rollback ${app} --force\`.`,
  });
}

export function nowhere(app: string): DeliveryError {
  return new DeliveryError({
    code: 'rollback-nowhere',
    message: `There is no version of "${app}" that was good before and was not taken back since.`,
    remedy: `Name one: \`sluice rollback ${app} --to <version>\`; \`sluice history ${app}\` lists what there was.`,
  });
}

export function repeated(app: string, last: HistoryEntry): DeliveryError {
  return new DeliveryError({
    code: 'rollback-repeated',
    message: `${last.version} was taken back at ${last.at} already, less than 10 minutes ago; ${last.stable} is served since.`,
    remedy: `To go back one more, type \`sluice rollback ${app} --further\`; to a given one, \`--to <version>\`.`,
  });
}
