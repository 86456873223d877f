import type { AppId, History, Pointer, Rollout } from '@sluice/core';
import {
  acceptPointer,
  decide,
  historyKey,
  indexKey,
  pointerKey,
  readIndex,
  readPointer,
  type AcceptedPointer,
} from '@sluice/core';
import { parseHistoryDocument } from '@sluice/schema';
import type { World } from './world.js';

/** A law that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

function demand(holds: boolean, law: string): asserts holds {
  if (!holds) throw new Violation(law);
}

/** What an observer remembers of one app. */
interface Seen {
  generation: number;
  indexGeneration: number;
  entries: readonly { readonly id: string }[];
  /** The history's text, so that it is read again only when it changed. */
  history: string | undefined;
  /** Generations that Sluice gave to pointers. */
  readonly generations: Set<number>;
  accepted: AcceptedPointer | undefined;
  /** What each subject had last, and under what. */
  readonly subjects: Map<string, { version: string; rolloutId: string | undefined; percent: number }>;
  /** The pointer as a human wrote it; a person's command may replace it, Sluice by itself may not. */
  human: { readonly text: string; readonly mayChange: boolean } | undefined;
}

export interface Observer {
  /** A human wrote the pointer by hand. */
  wroteByHand(app: AppId, text: string): void;
  /** A person's command on the app (or its group) may have written the pointer. */
  commanded(apps: readonly AppId[]): void;
  /** A person was told that this rollout is aborted. */
  aborted(rolloutId: string): void;
  /** Checks every law; throws {@link Violation}. */
  look(world: World): Promise<void>;
  /** What must hold when no fault is left and everything was settled. */
  lookAtRest(world: World): Promise<void>;
}

const subjects = Array.from({ length: 24 }, (_, i) => `subject-${String(i)}`);

export function createObserver(): Observer {
  const apps = new Map<AppId, Seen>();
  let lastServed: string | undefined;
  const over = new Set<string>();
  const seenOf = (app: AppId): Seen => {
    const seen = apps.get(app) ?? {
      generation: 0,
      indexGeneration: 0,
      entries: [],
      history: undefined,
      generations: new Set<number>(),
      accepted: undefined,
      subjects: new Map(),
      human: undefined,
    };
    apps.set(app, seen);
    return seen;
  };
  return {
    wroteByHand(app, text) {
      seenOf(app).human = { text, mayChange: false };
    },
    commanded(names) {
      for (const app of names) {
        const seen = seenOf(app);
        if (seen.human !== undefined) seen.human = { ...seen.human, mayChange: true };
      }
    },
    aborted(rolloutId) {
      over.add(rolloutId);
    },
    async look(world) {
      const rollouts = await world.rollouts();
      for (const { id, end } of rollouts) {
        demand(!over.has(id) || end?.outcome === 'aborted', `abort beats promote and all else: ${id}`);
      }
      const served = await world.text(indexKey);
      // What is served decides for each subject: it is computed when it changes.
      const index = served === lastServed ? undefined : readIndex(parsed(served));
      lastServed = served;
      for (const { place } of world.setting.apps) {
        const seen = seenOf(place.app);
        const text = await world.text(pointerKey(place));
        const entry = index?.apps.get(place.app)?.pointer;
        lookAtPointer({ app: place.app, seen, text, rollout: rollouts.find(({ app }) => app === place.app) });
        lookAtSubjects({ app: place.app, seen, entry, nowMs: world.nowMs });
        lookAtHistory(place.app, seen, await world.text(historyKey(place)));
      }
      if (index !== undefined) lookAtGroups(world, { entries: index.apps, rollouts, humans: apps });
    },
    async lookAtRest(world) {
      const index = readIndex(parsed(await world.text(indexKey)));
      for (const { place } of world.setting.apps) {
        const seen = seenOf(place.app);
        const pointer = readPointer(parsed(await world.text(pointerKey(place))))?.pointer;
        if (pointer === undefined) continue;
        const entry = index?.apps.get(place.app)?.pointer;
        demand(sameDecision(pointer, entry), `what is served follows the pointer: ${place.app} does not`);
        const history = historyOf(await world.text(historyKey(place)));
        for (const generation of seen.generations) {
          const told = history.entries.some((line) => line.generation === generation);
          demand(told, `history explains every change: ${place.app} generation ${String(generation)} has no line`);
        }
      }
    },
  };
}

function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface PointerLook {
  readonly app: AppId;
  readonly seen: Seen;
  readonly text: string | undefined;
  readonly rollout: Rollout | undefined;
}

function lookAtPointer({ app, seen, text, rollout }: PointerLook): void {
  if (text === undefined) return;
  if (text === seen.human?.text) return;
  demand(seen.human?.mayChange !== false, `a human's pointer is never overwritten: ${app}`);
  seen.human = undefined;
  const read = readPointer(parsed(text));
  demand(read?.kind === 'sound', `the pointer is valid: ${app}`);
  const { generation, canaryPercent, canaryVersion, rolloutId, blocked } = read.pointer;
  demand(generation !== undefined && generation >= seen.generation, `generations never fall: ${app}`);
  if (generation > seen.generation) seen.generations.add(generation);
  seen.generation = generation;
  demand(
    canaryVersion === null || blocked?.includes(canaryVersion) !== true,
    `a blocked version is on no trial: ${app}`,
  );
  if (rollout === undefined || rollout.id !== rolloutId || rollout.waived.includes('weight-cap')) return;
  // A human chose the weight, and commands on top of it keep it.
  if (rollout.driftedSinceMs !== null) return;
  demand(canaryPercent * 100 <= rollout.plan.capBp, `never above the cap: ${app} has ${String(canaryPercent)} %`);
}

interface SubjectLook {
  readonly app: AppId;
  readonly seen: Seen;
  readonly entry: Pointer | undefined;
  readonly nowMs: number;
}

/** Pages read the index. Nobody loses the canary while its weight does not fall, and nobody gets a blocked one. */
function lookAtSubjects({ app, seen, entry, nowMs }: SubjectLook): void {
  if (entry === undefined) return;
  const generation = entry.generation ?? 0;
  demand(generation >= seen.indexGeneration, `generations never fall in the index: ${app}`);
  seen.indexGeneration = generation;
  seen.accepted = acceptPointer(seen.accepted, entry, nowMs);
  const { pointer } = seen.accepted;
  for (const subject of subjects) {
    const { version } = decide({ app, pointer, subject });
    const before = seen.subjects.get(subject);
    const blocked = pointer.blocked?.includes(version) === true && version !== pointer.version;
    demand(!blocked, `nobody is assigned a blocked version: ${app}`);
    const lost = before?.version === pointer.canaryVersion && version !== before.version;
    const same = before?.rolloutId === pointer.rolloutId && pointer.rolloutId !== undefined;
    const fell = pointer.canaryPercent < (before?.percent ?? 0);
    demand(!(lost && same && !fell), `a user with the canary never sees stable again: ${app} ${subject}`);
    seen.subjects.set(subject, { version, rolloutId: pointer.rolloutId, percent: pointer.canaryPercent });
  }
}

function historyOf(text: string | undefined): History {
  const read = parseHistoryDocument(text ?? '[]');
  demand(read.kind === 'ok', 'the history can be read');
  return read.value;
}

function lookAtHistory(app: AppId, seen: Seen, text: string | undefined): void {
  if (text === seen.history) return;
  seen.history = text;
  const { entries } = historyOf(text);
  demand(
    seen.entries.every((line, i) => entries[i]?.id === line.id),
    `history is append-only: ${app}`,
  );
  if (entries.length > seen.entries.length) {
    demand(new Set(entries.map(({ id }) => id)).size === entries.length, `each line is there once: ${app}`);
  }
  seen.entries = entries;
}

interface GroupLook {
  readonly entries: ReadonlyMap<AppId, { readonly pointer: Pointer }>;
  readonly rollouts: readonly Rollout[];
  readonly humans: ReadonlyMap<AppId, Seen>;
}

/** What pages read has all members of a group at one weight, unless a human set one of them. */
function lookAtGroups(world: World, { entries, rollouts, humans }: GroupLook): void {
  const members = rollouts.filter(({ group }) => group !== null);
  if (members.length < 2 || members.some(({ app }) => humans.get(app)?.human !== undefined)) return;
  if (members.some(({ driftedSinceMs, end }) => driftedSinceMs !== null || end?.actor.name === 'outside Sluice'))
    return;
  const shares = members.map(({ app, id }) => {
    const pointer = entries.get(app)?.pointer;
    return pointer?.rolloutId === id ? pointer.canaryPercent : 'not on trial';
  });
  demand(new Set(shares).size === 1, `members of a group are never apart: ${shares.join(' and ')}`);
  const running = members.filter((member) => member.end === null).length;
  demand(running === 0 || running === members.length, 'members of a group end together');
}

function sameDecision(pointer: Pointer, entry: Pointer | undefined): boolean {
  if (entry === undefined) return false;
  const of = ({ version, canaryVersion, canaryPercent, salt, audience, blocked }: Pointer): string =>
    JSON.stringify([version, canaryVersion, canaryPercent, salt, audience, blocked]);
  return of(pointer) === of(entry);
}
