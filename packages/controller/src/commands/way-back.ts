import type { DeliveryError, History, Pointer, VersionId } from '@sluice/core';
import { historyKey, lastStableUntil, lastTakenBack, stableVersions } from '@sluice/core';
import { readHistoryDocument } from '../documents.js';
import { defaultRollbackWindowMs, type Platform } from '../platform.js';
import type { MemberState } from '../unit.js';
import { missingOrAltered } from './result.js';
import { historyLost, nowhere, repeated } from './roll-back-errors.js';

/** Within this time a second rollback needs to be asked for: the first one may simply not have been noticed. */
const repeatedWithinMs = 10 * 60_000;

/** Where one app goes: `off` is the version that its users are taken off. */
export interface Return {
  readonly member: MemberState;
  readonly pointer: Pointer;
  readonly target: VersionId;
  readonly off: VersionId;
  readonly recent: boolean;
}

/** The way back of one app to the version that was good before. */
export async function returnOf(
  platform: Platform,
  { repeat, member }: { readonly repeat: 'further' | undefined; readonly member: MemberState },
): Promise<Return | DeliveryError> {
  const { pointer, app, record } = member;
  const name = app.place.app;
  if (pointer === null) return nowhere(name);
  // A canary that no rollout of ours put there: taking users off it is a return to stable.
  if (pointer.canaryVersion !== null) {
    return { member, pointer, target: pointer.version, off: pointer.canaryVersion, recent: true };
  }
  const { value: history, etag } = await readHistoryDocument(platform.store, historyKey(app.place));
  if (etag === null && record.lines > 0) return historyLost(name);
  const last = repeat === undefined ? lastTakenBack(history) : undefined;
  if (last !== undefined && platform.now() - Date.parse(last.at) < repeatedWithinMs) return repeated(name, last);
  const target = goodBefore(history, pointer);
  if (target === undefined)
    return history.entries.some(({ kind }) => kind === 'history-lost') ? historyLost(name) : nowhere(name);
  const flaw = await missingOrAltered(platform, app, target);
  return flaw ?? { member, pointer, target, off: pointer.version, recent: isRecent(platform, history, target) };
}

/** The last version that was good before the present one and was not taken back since. */
function goodBefore(history: History, pointer: Pointer): VersionId | undefined {
  return stableVersions(history).findLast(
    (version) => version !== pointer.version && pointer.blocked?.includes(version) !== true,
  );
}

/** Whether a version was stable within the rollback window, so that it needs no stages. */
export function isRecent(platform: Platform, history: History, target: VersionId): boolean {
  const until = lastStableUntil(history, target);
  if (until === undefined || until === null) return until === null;
  return platform.now() - Date.parse(until) <= (platform.rollbackWindowMs ?? defaultRollbackWindowMs);
}
