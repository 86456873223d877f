import type { History } from '@sluice/core';
import { DeliveryError, historyKey, versionsSeenKey } from '@sluice/core';
import { parseVersionsSeen } from '@sluice/schema';
import { readHistoryDocument } from './documents.js';
import type { Platform, PlatformApp } from './platform.js';
import type { UnitState } from './unit.js';
import { readUnit } from './unit.js';

const dayMs = 86_400_000;

/** Record and pointer as they are now, with a pointer that is Sluice's own; else throws `gc-unsure`. */
export async function readSureUnit(platform: Platform, app: PlatformApp): Promise<UnitState> {
  const unit = await readable(app, () => readUnit(platform, app));
  const name = app.place.app;
  if (unit.asked.pointer === null) {
    throw unsure(app, 'it has no pointer', `\`sluice start ${name} <version>\`, or its active-version.json back`);
  }
  if (unit.asked.write === 'drifted') {
    const how = `a pointer by Sluice again; \`sluice status ${name}\` tells how it differs`;
    throw unsure(app, 'its pointer was changed outside Sluice', how);
  }
  return unit;
}

/** A history with all its lines; else throws `gc-unsure`. */
export async function readSureHistory(platform: Platform, unit: UnitState): Promise<History> {
  const { app, record } = unit.asked;
  const { value, etag } = await readable(app, () => readHistoryDocument(platform.store, historyKey(app.place)));
  // Lines that are not flushed yet are in the record; more than both have were in a history that somebody replaced.
  const waiting = unit.record.outbox.filter((entry) => entry.app === app.place.app);
  const known = new Set([...value.entries, ...waiting].map(({ id }) => id)).size + (value.archived ?? 0);
  const shorter = known < record.lines;
  if (etag === null || shorter || value.entries.some(({ kind }) => kind === 'history-lost')) {
    throw unsure(app, 'its history, or a part of it, is gone', 'a backup of version-history.json');
  }
  return value;
}

/** Version to when telemetry last saw it (epoch milliseconds), over at least the given time up to now; else `gc-unsure`. */
export async function readSureSeen(
  platform: Platform,
  { app, keepSeenMs }: { readonly app: PlatformApp; readonly keepSeenMs: number },
): Promise<ReadonlyMap<string, number>> {
  const found = await platform.store.read(versionsSeenKey(app.place));
  const seen = found && parseVersionsSeen(new TextDecoder().decode(found.bytes));
  const days = String(Math.ceil(keepSeenMs / dayMs));
  const how = `a controller that runs for ${days} days, or \`--ignore-seen\` if no page can still have an old version`;
  if (seen === undefined) throw unsure(app, 'telemetry has not written which versions pages have', how);
  if (platform.now() - seen.sinceMs < keepSeenMs)
    throw unsure(app, `telemetry watches for less than ${days} days`, how);
  // It is written every hour: what pages had since it stopped is not known.
  if (platform.now() - seen.updatedMs > dayMs) throw unsure(app, 'telemetry has written nothing for a day', how);
  return new Map(Object.entries(seen.versions));
}

/** A document that cannot be read is a reason to remove nothing. */
async function readable<T>(app: PlatformApp, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    const { code, message, remedy, details } = error;
    if (code !== 'document-invalid' && code !== 'schema-unknown') throw error;
    throw new DeliveryError({ code: 'gc-unsure', message: sayUnsure(app, message), remedy, details, cause: error });
  }
}

function unsure(app: PlatformApp, why: string, remedy: string): DeliveryError {
  return new DeliveryError({ code: 'gc-unsure', message: sayUnsure(app, `${why}.`), remedy: `It takes ${remedy}.` });
}

function sayUnsure(app: PlatformApp, why: string): string {
  return `What may be removed of "${app.place.app}" cannot be told: ${why} Until then gc removes nothing of it.`;
}
