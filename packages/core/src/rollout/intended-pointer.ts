import type { Pointer } from '../documents/pointer.js';
import { pointerSchema } from '../documents/pointer.js';
import type { VersionId } from '../ids.js';
import { isPromotion, isTakenBack } from './end.js';
import type { Rollout } from './rollout.js';
import { stageOf } from './rollout.js';

/** Most versions that a pointer blocks; the oldest goes first. */
export const maxBlocked = 32;

export interface PointerInput {
  /** The pointer that is there now; what it says about regions, lists and audience is kept. */
  readonly before: Pointer;
  readonly generation: number;
  /** ISO 8601. */
  readonly lastUpdated: string;
  readonly deployedBy: string;
}

/** The pointer that a rollout wants, in whatever state it is. After a drift the human's stable version stays. */
export function intendedPointer(rollout: Rollout, input: PointerInput): Pointer {
  const kept = rollout.driftedSinceMs === null ? rollout.stable : input.before.version;
  if (rollout.end === null) return trialPointer(rollout, { ...input, kept });
  if (isPromotion(rollout.end)) return stablePointer(rollout.canary, withoutOurs(rollout, input));
  if (isTakenBack(rollout.end)) {
    return blockingPointer({ version: kept, blocked: rollout.canary }, withoutOurs(rollout, input));
  }
  return stablePointer(kept, withoutOurs(rollout, input));
}

function trialPointer(rollout: Rollout, input: PointerInput & { readonly kept: VersionId }): Pointer {
  const { audience } = stageOf(rollout);
  return {
    ...stamped(withoutOurs(rollout, input)),
    version: input.kept,
    canaryVersion: rollout.canary,
    canaryPercent: rollout.stage.weightBp / 100,
    assignment: 'v1',
    salt: rollout.salt,
    rolloutId: rollout.id,
    ...(rollout.group === null ? {} : { group: rollout.group }),
    ...(audience === undefined ? {} : { audience }),
    ...blocking(input.before.blocked, { without: rollout.canary }),
  };
}

/** Without the audience of an earlier stage; one that a human wrote stays. */
function withoutOurs(rollout: Rollout, input: PointerInput): PointerInput {
  const { audience, ...before } = input.before;
  const ours = rollout.plan.stages.some((stage) => stage.audience === audience);
  return audience === undefined || ours ? { ...input, before } : input;
}

/** A pointer with nothing on trial. */
export function stablePointer(version: VersionId, input: PointerInput): Pointer {
  return { ...withoutCanary(stamped(input)), version, ...blocking(input.before.blocked, { without: version }) };
}

/** A pointer from which users are taken off a version, for good. */
export function blockingPointer(
  change: { readonly version: VersionId; readonly blocked: VersionId },
  input: PointerInput,
): Pointer {
  const without = change.version;
  const add = change.blocked === change.version ? undefined : change.blocked;
  return {
    ...withoutCanary(stamped(input)),
    version: change.version,
    ...blocking(input.before.blocked, { without, add }),
  };
}

function stamped(input: PointerInput): Pointer {
  return {
    ...input.before,
    lastUpdated: input.lastUpdated,
    metadata: { deployedBy: input.deployedBy },
    schema: pointerSchema,
    generation: input.generation,
  };
}

function withoutCanary(pointer: Pointer): Pointer {
  const { assignment: _assignment, salt: _salt, rolloutId: _rolloutId, group: _group, ...rest } = pointer;
  return { ...rest, canaryVersion: null, canaryPercent: 0 };
}

function blocking(
  blocked: readonly VersionId[] | undefined,
  change: { readonly without: VersionId; readonly add?: VersionId | undefined },
): Pick<Pointer, 'blocked'> {
  const kept = (blocked ?? []).filter((version) => version !== change.without && version !== change.add);
  const list = change.add === undefined ? kept : [...kept, change.add].slice(-maxBlocked);
  return list.length === 0 && blocked === undefined ? {} : { blocked: list };
}
