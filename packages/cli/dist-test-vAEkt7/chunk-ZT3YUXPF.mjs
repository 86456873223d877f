import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  parseHistoryDocument,
  parseIndexDocument,
  parsePointerDocument,
  parseRecordDocument,
  serialiseHistory,
  serialiseIndex,
  serialisePointer,
  serialiseRecord
} from "./chunk-OT6TI2CT.mjs";
import {
  DeliveryError,
  describe,
  explainWaiting,
  historyKey,
  indexKey,
  isInconclusive,
  isRunning,
  pointerKey,
  recordKey,
  reduce,
  sluice,
  stageOf,
  verdictOf,
  waitingFor
} from "./chunk-YKEO2KDF.mjs";

// ../controller/src/app-state.ts
import { createHash } from "node:crypto";

// ../controller/src/documents.ts
async function readPointerDocument(store, key) {
  const found = await readText(store, key);
  if (found === void 0) return null;
  return { value: valueOf(parsePointerDocument(found.text), key), etag: found.etag, text: found.text };
}
async function readRecordDocument(store, key, app) {
  const found = await readText(store, key);
  if (found === void 0) return { value: emptyRecord(app), etag: null };
  return { value: valueOf(parseRecordDocument(found.text), key), etag: found.etag };
}
async function readHistoryDocument(store, key) {
  const found = await readText(store, key);
  if (found === void 0) return { value: { schema: 1, entries: [] }, etag: null };
  return { value: valueOf(parseHistoryDocument(found.text), key), etag: found.etag };
}
async function readIndexDocument(store, key) {
  const found = await readText(store, key);
  if (found === void 0) return null;
  const parsed = parseIndexDocument(found.text);
  const empty = { schema: 1, sampleRate: 0, apps: {} };
  return { value: parsed.kind === "ok" ? parsed.value : empty, etag: found.etag };
}
function emptyRecord(app) {
  return { schema: 1, app, serial: 0, rollout: null, write: null, highestGeneration: 0, outbox: [] };
}
async function readText(store, key) {
  const found = await store.read(key);
  return found && { text: new TextDecoder().decode(found.bytes), etag: found.etag };
}
function valueOf(parsed, key) {
  if (parsed.kind === "ok") return parsed.value;
  if (parsed.kind === "unknown-schema") {
    throw new DeliveryError({
      code: "schema-unknown",
      message: `"${key}" has schema ${JSON.stringify(parsed.schema)}; this Sluice writes schema 1 only.`,
      remedy: "Use the newer Sluice that wrote it. Nothing was changed."
    });
  }
  throw new DeliveryError({
    code: "document-invalid",
    message: `"${key}" cannot be read.`,
    remedy: "Mend the document by hand, then run `sluice doctor`. Nothing was changed; readers go on with the last good one.",
    details: parsed.issues.map((issue) => `${issue.place}: ${issue.problem} ${issue.remedy}`)
  });
}

// ../controller/src/app-state.ts
async function readAppState(platform, app) {
  const record = await readRecordDocument(platform.store, recordKey(app.place), app.place.app);
  const pointer = await readPointerDocument(platform.store, pointerKey(app.place));
  const index = await readIndexDocument(platform.store, indexKey);
  const inIndex = index?.value.apps[app.place.app]?.generation ?? 0;
  return {
    app,
    record: record.value,
    recordEtag: record.etag,
    pointer: pointer?.value ?? null,
    pointerEtag: pointer?.etag ?? null,
    write: writeState(record.value, pointer),
    highestGeneration: Math.max(record.value.highestGeneration, pointer?.value.generation ?? 0, inIndex)
  };
}
function writeState(record, pointer) {
  if (record.write === null) return "free";
  if (pointer !== null && sha256(pointer.text) === record.write.hash) return "done";
  return (pointer?.etag ?? null) === record.write.before ? "pending" : "drifted";
}
function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}

// ../controller/src/status.ts
async function readStatus(platform, app) {
  return statusOf(platform, await readAppState(platform, app));
}
async function readHistory(platform, app) {
  return (await readHistoryDocument(platform.store, historyKey(app.place))).value;
}
function statusOf(platform, state) {
  const { rollout } = state.record;
  return {
    app: state.app.place.app,
    kind: state.app.kind,
    pointer: state.pointer,
    drifted: state.write === "drifted" || isRunning(rollout) && rollout.driftedSinceMs !== null,
    rollout: rollout && rolloutStatus(rollout, platform.now()),
    sentence: sentence(state, platform.now())
  };
}
function sentence(state, nowMs) {
  const { rollout } = state.record;
  if (state.pointer === null) return "Nothing is deployed yet.";
  if (state.write === "drifted") return "The pointer was changed outside Sluice; the next tick takes note of it.";
  if (rollout === null) return `${state.pointer.version} is stable for everybody.`;
  if (rollout.end !== null) return `${rollout.canary} ended ${rollout.end.outcome}: ${rollout.end.why}`;
  const waiting = explainWaiting(rollout, waitingFor(rollout));
  if (!isInconclusive(rollout, nowMs)) return waiting;
  return `${waiting} The plan's longest duration is over: a person must decide (advance, promote or abort).`;
}
function rolloutStatus(rollout, nowMs) {
  const { totals } = rollout.analysis;
  const { evidence } = verdictOf(rollout.analysis);
  const waiting = rollout.end === null ? waitingFor(rollout) : void 0;
  const stage = stageOf(rollout);
  const seen = rollout.stage.canarySessions + rollout.stage.baselineSessions;
  return {
    id: rollout.id,
    stable: rollout.stable,
    canary: rollout.canary,
    plan: rollout.plan.name,
    startedAt: new Date(rollout.startedAtMs).toISOString(),
    stage: rollout.stage.index + 1,
    stages: rollout.plan.stages.length,
    desiredPercent: rollout.end === null ? stage.weightBp / 100 : 0,
    observedPercent: seen === 0 ? null : 100 * rollout.stage.canarySessions / seen,
    soakMs: stage.soakMs,
    soakLeftMs: Math.max(0, stage.soakMs - rollout.stage.creditedMs),
    sessionsMissing: Math.max(0, rollout.plan.minSessions - rollout.stage.canarySessions),
    canaryCounts: totals.canary,
    stableCounts: totals.baseline,
    evidence,
    waiting: waiting?.kind ?? "nothing",
    inconclusive: rollout.end === null && isInconclusive(rollout, nowMs),
    outcome: rollout.end?.outcome ?? null,
    endedAt: rollout.end === null ? null : new Date(rollout.end.atMs).toISOString()
  };
}

// ../controller/src/write-json.ts
async function writeText(store, document) {
  const condition = document.etag === null ? { kind: "absent" } : { kind: "matches", etag: document.etag };
  return store.write(document.key, new TextEncoder().encode(document.text), condition);
}
var attemptsOnConflict = 20;

// ../controller/src/align-index.ts
async function alignIndex(platform, pointers) {
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const found = await readIndexDocument(platform.store, indexKey);
    const present = found?.value ?? { schema: 1, sampleRate: -1, apps: {} };
    const wanted = aligned(present, pointers, platform.sampleRate);
    if (wanted === void 0) return;
    const text = serialiseIndex(wanted);
    const result = await writeText(platform.store, { key: indexKey, text, etag: found?.etag ?? null });
    if (result.kind === "written") return;
  }
  throw new DeliveryError({
    code: "pointer-conflict",
    message: `"${indexKey}" was changed by others ${String(attemptsOnConflict)} times while it was being written.`,
    remedy: "Try again; `sluice doctor` shows whether the index is in line with the pointers."
  });
}
function aligned(index, pointers, sampleRate) {
  const changed = pointers.flatMap(({ app, pointer }) => {
    const entry = entryFor(pointer, index.apps[app]);
    return entry === void 0 ? [] : [[app, entry]];
  });
  if (changed.length === 0 && index.sampleRate === sampleRate) return void 0;
  return { schema: 1, sampleRate, apps: { ...index.apps, ...Object.fromEntries(changed) } };
}
function entryFor(pointer, present) {
  const { metadata: _notForPages, ...entry } = pointer;
  if (present === void 0) return entry;
  if (sameExceptGeneration(entry, present)) {
    const lower = entry.generation === void 0 || entry.generation <= (present.generation ?? -1);
    return lower ? void 0 : entry;
  }
  const above = (present.generation ?? 0) + 1;
  return entry.generation === void 0 || entry.generation < above ? { ...entry, generation: above } : entry;
}
function sameExceptGeneration(a, b) {
  const canonical = (pointer) => JSON.stringify(Object.entries({ ...pointer, generation: 0, schema: 0 }).toSorted(([x], [y]) => x < y ? -1 : 1));
  return canonical(a) === canonical(b);
}

// ../controller/src/settle.ts
async function settle(platform, state) {
  let settled = state;
  if (settled.write === "pending") settled = await writePointer(platform, settled);
  if (settled.pointer !== null) await followPointer(platform, settled.app.place.app, settled);
  await appendHistory(platform, settled, settled.record.outbox);
  return settled;
}
async function writePointer(platform, state) {
  const { write } = state.record;
  if (write === null) return state;
  const key = pointerKey(state.app.place);
  await writeText(platform.store, { key, text: write.text, etag: write.before });
  return readAppState(platform, state.app);
}
async function followPointer(platform, app, state) {
  let pointer = state.pointer;
  let etag = state.pointerEtag;
  for (let attempt = 0; attempt < attemptsOnConflict && pointer !== null; attempt += 1) {
    await alignIndex(platform, [{ app, pointer }]);
    const again = await readPointerDocument(platform.store, pointerKey(state.app.place));
    if (again === null || again.etag === etag) return;
    pointer = again.value;
    etag = again.etag;
  }
}
async function appendHistory(platform, state, lines) {
  if (lines.length === 0) return;
  const key = historyKey(state.app.place);
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const found = await readHistoryDocument(platform.store, key);
    const known = new Set(found.value.entries.map((entry) => entry.id));
    const missing = lines.filter((entry) => !known.has(entry.id));
    if (missing.length === 0) return;
    const next = { ...found.value, entries: [...found.value.entries, ...missing] };
    const result = await writeText(platform.store, { key, text: serialiseHistory(next), etag: found.etag });
    if (result.kind === "written") return;
  }
  throw new DeliveryError({
    code: "pointer-conflict",
    message: `"${key}" was changed by others ${String(attemptsOnConflict)} times while it was being written.`,
    remedy: "Nothing is lost: the lines are in the record and the next run appends them."
  });
}

// ../controller/src/commit.ts
async function commit(platform, state, change) {
  const record = nextRecord(platform, state, change);
  const key = recordKey(state.app.place);
  const result = await writeText(platform.store, { key, text: serialiseRecord(record), etag: state.recordEtag });
  if (result.kind === "conflict") return void 0;
  return settle(platform, await readAppState(platform, state.app));
}
function nextRecord(platform, state, change) {
  return {
    schema: 1,
    app: state.app.place.app,
    serial: state.record.serial + 1,
    rollout: change.rollout,
    write: nextWrite(state, change),
    highestGeneration: Math.max(state.highestGeneration, change.pointer?.generation ?? 0),
    outbox: change.effects.map((effect) => historyEntry(platform, state, effect))
  };
}
function nextWrite(state, change) {
  if (change.pointer === void 0) return change.letGo === true ? null : state.record.write;
  const text = serialisePointer(change.pointer);
  return { before: state.pointerEtag, hash: sha256(text), text };
}
function historyEntry(platform, state, effect) {
  const { atMs, ...draft } = effect.draft;
  return {
    id: platform.newId(),
    at: new Date(atMs).toISOString(),
    app: state.app.place.app,
    ...draft
  };
}

// ../controller/src/change-app.ts
async function changeApp(platform, app, decide) {
  for (let attempt = 0; attempt < attemptsOnConflict; attempt += 1) {
    const state = await settle(platform, await readAppState(platform, app));
    if (state.write === "drifted") {
      await commit(platform, state, acknowledgeDrift(platform, state));
      continue;
    }
    const decision = await decide(state);
    if (decision.kind === "answer") return decision.answer;
    const after = await commit(platform, state, decision.change);
    if (after !== void 0 && after.write !== "drifted") return decision.answer(after);
  }
  throw new DeliveryError({
    code: "pointer-conflict",
    message: `"${app.place.app}" was changed by others ${String(attemptsOnConflict)} times while it was being changed.`,
    remedy: `Look at \`sluice status ${app.place.app}\`, then try again.`
  });
}
function acknowledgeDrift(platform, state) {
  const atMs = platform.now();
  const { rollout } = state.record;
  if (state.pointer === null) return { rollout, effects: [], letGo: true };
  if (isRunning(rollout)) {
    const step = reduce(rollout, { kind: "drifted", atMs, seen: state.pointer });
    if (step.kind === "moved") return { rollout: step.next, effects: step.effects, letGo: true };
    return { rollout, effects: [], letGo: true };
  }
  return { rollout, effects: [idleDrift(state.pointer, atMs)], letGo: true };
}
function idleDrift(pointer, atMs) {
  return {
    kind: "history",
    draft: {
      kind: "drifted",
      atMs,
      version: pointer.version,
      stable: pointer.version,
      actor: sluice,
      automatic: true,
      why: `The pointer was changed outside Sluice to ${describe(pointer)}.`
    }
  };
}

export {
  readPointerDocument,
  readHistoryDocument,
  alignIndex,
  readAppState,
  changeApp,
  readStatus,
  readHistory,
  statusOf
};
