import type { AppPlace, HistoryEntry, Notification, Notifier } from '@sluice/core';
import { historyKey, notificationOf, toldKey } from '@sluice/core';
import { parseTold, serialiseTold, type Told } from '@sluice/schema';
import { readHistoryDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';
import type { MemberState, UnitState } from './unit.js';
import { writeText } from './write-json.js';

/** Tells people what happened, one message a transition; a message that cannot be sent never blocks a rollout. */
export interface Messenger {
  /** Begins to tell what the history of a unit's apps has that was not told yet. Never waits, never throws. */
  follow(unit: UnitState): void;
  /** Resolves when all that was begun is done. */
  idle(): Promise<void>;
}

export interface MessengerOptions {
  readonly platform: Platform;
  readonly notifiers: readonly Notifier[];
  /** Where it is kept how far the history of an app was told. Receivers that may not wait for each other have each its own. */
  readonly progressKey?: (place: AppPlace) => string;
  /** Where a person can look; may name the app as `{app}`. */
  readonly link?: string;
  readonly onProblem: (problem: { readonly app: string; readonly error: unknown }) => void;
}

/** Several messengers as one: what one cannot tell holds up none of the others. */
export function allMessengers(messengers: readonly Messenger[]): Messenger {
  return {
    follow: (unit) => {
      for (const one of messengers) one.follow(unit);
    },
    idle: async () => {
      await Promise.all(messengers.map((one) => one.idle()));
    },
  };
}

/** Who sends says so first; after this long without an answer another may. */
const claimMs = 30_000;
const backoffMs = [1000, 5000, 30_000, 120_000, 600_000];
const longestWaitMs = 600_000;
/** A message is given up after so many attempts: it is in the history. */
const mostAttempts = 12;
/** An app whose messages were never followed is not told of its whole past. */
const oldestToldMs = 86_400_000;

export function createMessenger(options: MessengerOptions): Messenger {
  const known = new Map<string, string | null>();
  const busy = new Map<string, Promise<void>>();
  const start = ({ app, record }: MemberState): void => {
    const name = app.place.app;
    if (options.notifiers.length === 0 || busy.has(name) || known.get(name) === record.lastLine) return;
    const work = tellAll(options, app)
      .then((lastId) => {
        if (lastId !== undefined) known.set(name, lastId);
      })
      .catch((error: unknown) => {
        options.onProblem({ app: name, error });
      })
      .finally(() => {
        busy.delete(name);
      });
    busy.set(name, work);
  };
  return {
    follow: ({ members }) => {
      for (const member of members) if (member.record.lastLine !== null) start(member);
    },
    idle: async () => {
      await Promise.all(busy.values());
    },
  };
}

/** Tells what is due; the id of the last line when nothing is left, undefined while something waits. */
async function tellAll(options: MessengerOptions, app: PlatformApp): Promise<string | undefined> {
  for (;;) {
    const history = await readHistoryDocument(options.platform.store, historyKey(app.place));
    const found = await readTold(options, app);
    const next = nextLine(options.platform, { entries: history.value.entries, told: found.told });
    if (next === undefined) return history.value.entries.at(-1)?.id;
    if (!(await tell(options, { app, next, ...found }))) return undefined;
  }
}

function nextLine(
  { now }: Platform,
  { entries, told }: { readonly entries: readonly HistoryEntry[]; readonly told: Told | null },
): HistoryEntry | undefined {
  const at = told === null ? -1 : entries.findIndex(({ id }) => id === told.lastId);
  if (told !== null && at >= 0) return entries[at + 1];
  return entries.find((entry) => Date.parse(entry.at) > (told?.lastAtMs ?? now() - oldestToldMs));
}

interface Telling {
  readonly app: PlatformApp;
  readonly next: HistoryEntry;
  readonly told: Told | null;
  readonly etag: string | null;
}

/** True when the line is done with: told to everybody, or given up. Claimed by a write before anything is sent. */
async function tell(options: MessengerOptions, telling: Telling): Promise<boolean> {
  const { next, told, etag, app } = telling;
  const nowMs = options.platform.now();
  const pending = told?.pending?.id === next.id ? told.pending : { id: next.id, attempts: 0, dueMs: 0, done: [] };
  // Further away than anybody ever waits: the clock went back.
  if (nowMs < pending.dueMs && pending.dueMs - nowMs <= longestWaitMs) return false;
  const attempts = pending.attempts + 1;
  const base = { schema: 1 as const, lastId: told?.lastId ?? null, lastAtMs: told?.lastAtMs ?? 0 };
  const claim: Told = { ...base, pending: { ...pending, attempts, dueMs: nowMs + claimMs } };
  const claimed = await writeTold(options, { app, told: claim, etag });
  if (claimed === undefined) return false;
  const { done, failed } = await sendToAll(options, { ...telling, done: pending.done });
  const over = failed === 0 || attempts >= mostAttempts;
  const dueMs = options.platform.now() + (backoffMs[Math.min(attempts, backoffMs.length) - 1] ?? claimMs);
  const after: Told = over
    ? { ...base, lastId: next.id, lastAtMs: Date.parse(next.at), pending: null }
    : { ...base, pending: { id: next.id, attempts, dueMs, done } };
  await writeTold(options, { app, told: after, etag: claimed });
  return over;
}

async function sendToAll(
  options: MessengerOptions,
  { app, next, done }: Telling & { readonly done: readonly string[] },
): Promise<{ readonly done: readonly string[]; readonly failed: number }> {
  const name = app.place.app;
  const { link } = options;
  const context = {
    ...(next.commit === undefined ? {} : { commit: next.commit }),
    ...(link === undefined ? {} : { link: link.replaceAll('{app}', name) }),
  };
  const notification: Notification | undefined = notificationOf(next, context);
  const sent = [...done];
  if (notification === undefined) return { done: sent, failed: 0 };
  let failed = 0;
  for (const notifier of options.notifiers.filter((one) => !done.includes(one.name))) {
    try {
      await notifier.send(notification);
      sent.push(notifier.name);
    } catch (error) {
      failed += 1;
      options.onProblem({ app: name, error });
    }
  }
  return { done: sent, failed };
}

async function readTold(
  { platform: { store }, progressKey = toldKey }: MessengerOptions,
  app: PlatformApp,
): Promise<{ readonly told: Told | null; readonly etag: string | null }> {
  const found = await store.read(progressKey(app.place));
  if (found === undefined) return { told: null, etag: null };
  // One that cannot be read is begun anew: telling twice is better than never again.
  return { told: parseTold(new TextDecoder().decode(found.bytes)) ?? null, etag: found.etag };
}

/** The etag of what was written; undefined where another controller was faster. */
async function writeTold(
  { platform: { store }, progressKey = toldKey }: MessengerOptions,
  { app, told, etag }: { readonly app: PlatformApp; readonly told: Told; readonly etag: string | null },
): Promise<string | undefined> {
  const written = await writeText(store, { key: progressKey(app.place), text: serialiseTold(told), etag });
  return written.kind === 'written' ? written.etag : undefined;
}
