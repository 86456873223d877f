import type { Obstacle } from '@sluice/core';
import { DeliveryError, exposedBp, platformKey } from '@sluice/core';
import { serialisePlatformDocument, type PlatformDocument, type RunningSlot } from '@sluice/schema';
import { readPlatformDocument } from './documents.js';
import type { Platform } from './platform.js';
import { attemptsOnConflict, writeText } from './write-json.js';

/** A slot that nobody has seen running for so long is free again: its start was never finished. */
const forgottenMs = 60_000;

/** Changes `platform.json` by compare-and-swap; undefined leaves it as it is. */
export async function changePlatform<T>(
  platform: Platform,
  decide: (document: PlatformDocument) => { readonly next?: PlatformDocument; readonly answer: T },
): Promise<T> {
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const found = await readPlatformDocument(platform.store);
    const { next, answer } = decide(found.value);
    if (next === undefined) return answer;
    const text = serialisePlatformDocument({ ...next, serial: found.value.serial + 1 });
    const result = await writeText(platform.store, { key: platformKey, text, etag: found.etag });
    if (result.kind === 'written') return answer;
  }
  throw new DeliveryError({
    code: 'pointer-conflict',
    message: `"${platformKey}" was changed by others ${String(attemptsOnConflict)} times while it was being changed.`,
    remedy: 'Try again.',
  });
}

/** Takes a running slot before a rollout begins; why it must wait where there is none. One unit has one slot. */
export async function takeSlot(platform: Platform, slot: RunningSlot): Promise<Obstacle | undefined> {
  if (platform.limits === undefined) return undefined;
  return changePlatform(platform, (document) => {
    const others = document.running.filter(({ unit }) => unit !== slot.unit);
    const answer = limitOnStart(platform, others, slot);
    return answer === undefined ? { answer, next: { ...document, running: [...others, slot] } } : { answer };
  });
}

/** Why a rollout may not begin now; undefined where nothing limits it. */
export function limitOnStart(
  platform: Platform,
  others: readonly RunningSlot[],
  slot: RunningSlot,
): Obstacle | undefined {
  const { maxConcurrent, maxExposedBp } = platform.limits ?? {};
  if (maxConcurrent !== undefined && others.length >= maxConcurrent) {
    const names = others.map(({ unit }) => unit).join(', ');
    const at = maxConcurrent === 1 ? 'One rollout may run' : `${String(maxConcurrent)} rollouts may run`;
    return { kind: 'limit', why: `${at} at a time, and ${names} ${others.length === 1 ? 'does' : 'do'}.` };
  }
  return maxExposedBp === undefined ? undefined : exposureLimit(others, { slot, maxExposedBp });
}

/** Why a running unit may not take its next weight; the oldest may always, or nobody would ever get out. */
export function limitOnAdvance(
  platform: Platform,
  running: readonly RunningSlot[],
  slot: RunningSlot,
): Obstacle | undefined {
  const { maxExposedBp } = platform.limits ?? {};
  if (maxExposedBp === undefined) return undefined;
  const others = running.filter(({ unit }) => unit !== slot.unit);
  if (others.every(({ sinceMs }) => sinceMs > slot.sinceMs)) return undefined;
  return exposureLimit(others, { slot, maxExposedBp });
}

function exposureLimit(
  others: readonly RunningSlot[],
  { slot, maxExposedBp }: { readonly slot: RunningSlot; readonly maxExposedBp: number },
): Obstacle | undefined {
  const exposed = exposedBp([...others, slot]);
  if (exposed <= maxExposedBp + 1e-6 || others.length === 0) return undefined;
  const percent = (bp: number): string => `${String(Math.round(bp / 10) / 10)} %`;
  return {
    kind: 'limit',
    why: `${percent(exposed)} of the users would be on some canary; at most ${percent(maxExposedBp)} may be.`,
  };
}

/** What a tick has seen of a unit: its slot while it runs, null while it does not. */
export interface SeenUnit {
  readonly unit: string;
  readonly slot: RunningSlot | null;
  /** Id of its last rollout: its slot is free as soon as that one has ended. */
  readonly rolloutId: string | null;
}

/** The slots as they should be after a tick. A slot that was just taken may belong to a start that is under way. */
export function slotsAfter(
  running: readonly RunningSlot[],
  seen: readonly SeenUnit[],
  nowMs: number,
): readonly RunningSlot[] {
  const byUnit = new Map(seen.map((one) => [one.unit, one]));
  const kept = running.filter((slot) => {
    const now = byUnit.get(slot.unit);
    if (now === undefined) return true;
    return now.slot === null && now.rolloutId !== slot.rolloutId && nowMs - slot.sinceMs < forgottenMs;
  });
  const taken = seen.flatMap(({ slot }) => (slot === null ? [] : [slot]));
  return [...kept, ...taken].toSorted((a, b) => (a.unit < b.unit ? -1 : 1));
}
