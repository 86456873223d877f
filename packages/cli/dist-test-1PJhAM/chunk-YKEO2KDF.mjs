import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);

// ../core/src/ids.ts
var APP = /^[a-z][a-z0-9-]{0,31}$/;
var RESERVED = ["api", "sluice", "constructor"];
var SEMVER = /^v(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9})\.(?:0|[1-9]\d{0,9})(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?$/;
var COMMIT = /^v[0-9a-f]{7,40}$/;
var PREVIEW = /^pr-[1-9]\d{0,9}-[0-9a-f]{4,40}$/;
var LONGEST_VERSION = 64;
function parseAppId(text) {
  return typeof text === "string" && APP.test(text) && !RESERVED.includes(text) ? text : void 0;
}
function parseVersionId(text) {
  if (typeof text !== "string" || text.length > LONGEST_VERSION) return void 0;
  return SEMVER.test(text) || COMMIT.test(text) || PREVIEW.test(text) ? text : void 0;
}
function isPreview(version) {
  return version.startsWith("pr-");
}

// ../core/src/errors.ts
var errorCodes = {
  internal: { exit: 1, about: "A bug in Sluice, or a broken world that it did not expect." },
  usage: { exit: 2, about: "A command was typed in a way that cannot be understood." },
  "config-invalid": { exit: 2, about: "sluice.config is missing, unreadable or wrong." },
  "plan-invalid": { exit: 2, about: "A rollout plan breaks a rule: percentages, soak times or limits." },
  "document-invalid": { exit: 2, about: "A stored document cannot be read: truncated, garbage, or not of its shape." },
  "schema-unknown": { exit: 7, about: "A stored document has a newer schema than this Sluice can write." },
  "app-unknown": { exit: 2, about: "The app is not in sluice.config." },
  "app-name-invalid": { exit: 2, about: "An app name breaks its rule." },
  "version-name-invalid": { exit: 2, about: "A version name breaks its rule." },
  "version-not-found": { exit: 7, about: "The version is not published." },
  "version-altered": { exit: 7, about: "Files of a published version are missing or differ from its version.json." },
  "version-blocked": { exit: 7, about: "The version was taken back and is blocked." },
  "version-exists": { exit: 7, about: "The version is published with other bytes; versions are immutable." },
  "build-invalid": { exit: 2, about: "A build cannot be published as it is." },
  "store-not-found": { exit: 8, about: "The folder given is not a Sluice store." },
  "store-unreachable": { exit: 8, about: "The store cannot be read or written." },
  "store-full": { exit: 8, about: "No space is left where the store lives." },
  "store-read-only": { exit: 8, about: "The store does not accept writes." },
  "port-in-use": { exit: 8, about: "Another program listens on the port." },
  "pointer-conflict": { exit: 6, about: "Somebody else wrote first, again and again." },
  "pointer-drifted": { exit: 6, about: "The pointer was changed outside Sluice." },
  "command-stale": { exit: 6, about: "The command was meant for another version, stage or generation." },
  "rollout-running": { exit: 6, about: "Another rollout of this app is running." },
  "rollout-not-running": { exit: 7, about: "There is no running rollout for the command." },
  "rollback-repeated": { exit: 7, about: "A second rollback within 10 minutes needs to be asked for." },
  "rollback-nowhere": { exit: 7, about: "There is no earlier version that was good." },
  "not-paused": { exit: 7, about: "The rollout is not paused." },
  "already-final-stage": { exit: 7, about: "The rollout is at 100 % already." },
  timeout: { exit: 5, about: "Something took longer than it was allowed to." }
};
var DeliveryError = class extends Error {
  name = "DeliveryError";
  code;
  remedy;
  details;
  constructor(init) {
    super(init.message, init.cause === void 0 ? void 0 : { cause: init.cause });
    this.code = init.code;
    this.remedy = init.remedy;
    this.details = init.details ?? [];
  }
};

// ../core/src/assignment/bot.ts
var person = /cubot/gi;
var names = /bot\b|crawler|spider|slurp|facebookexternalhit|embedly|preview|lighthouse|pingdom|monitoring/i;
function isBot(userAgent) {
  return userAgent !== void 0 && names.test(userAgent.replace(person, ""));
}

// ../core/src/assignment/cookies.ts
function cookie(header, name) {
  if (header === void 0 || header.length > 16384) return void 0;
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return unquoted(pair.slice(at + 1).trim());
  }
  return void 0;
}
function unquoted(value) {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

// ../core/src/assignment/override.ts
function overrideOf(app, asking) {
  return perApp(app, asking.query("sluice_override")) ?? arm(asking.query("canary")) ?? arm(asking.header) ?? perApp(app, cookie(asking.cookies, "sluice_override")) ?? arm(cookie(asking.cookies, "canary"));
}
function arm(value) {
  if (value === "true") return "canary";
  return value === "false" ? "stable" : void 0;
}
function perApp(app, value) {
  for (const part of (value ?? "").split(",")) {
    if (part === `${app}:canary`) return "canary";
    if (part === `${app}:stable`) return "stable";
  }
  return void 0;
}

// ../core/src/assignment/murmur3.ts
function murmur3(text) {
  let hash = 0;
  let word = 0;
  let length = 0;
  const push = (byte) => {
    word |= byte << ((length & 3) << 3);
    length += 1;
    if ((length & 3) !== 0) return;
    hash ^= scramble(word);
    hash = Math.imul(hash << 13 | hash >>> 19, 5) + 3864292196 | 0;
    word = 0;
  };
  for (let i = 0; i < text.length; i += 1) {
    let code = text.charCodeAt(i);
    if (code < 128) {
      push(code);
      continue;
    }
    if (code >= 55296 && code <= 57343) {
      const low = code < 56320 ? text.charCodeAt(i + 1) : 0;
      if (low >= 56320 && low <= 57343) {
        code = 65536 + (code - 55296 << 10) + (low - 56320);
        i += 1;
      } else code = 65533;
    }
    if (code < 2048) push(192 | code >> 6);
    else {
      if (code < 65536) push(224 | code >> 12);
      else {
        push(240 | code >> 18);
        push(128 | code >> 12 & 63);
      }
      push(128 | code >> 6 & 63);
    }
    push(128 | code & 63);
  }
  hash ^= scramble(word);
  return finish(hash ^ length);
}
function scramble(word) {
  const k = Math.imul(word, 3432918353);
  return Math.imul(k << 15 | k >>> 17, 461845907);
}
function finish(mixed) {
  let h = mixed ^ mixed >>> 16;
  h = Math.imul(h, 2246822507);
  h = Math.imul(h ^ h >>> 13, 3266489909);
  return (h ^ h >>> 16) >>> 0;
}

// ../core/src/assignment/bucket.ts
function bucketOf(salt, subject) {
  return Math.floor(murmur3(`${salt}:${subject}`) * 1e4 / 4294967296);
}
function weightBpOf(canaryPercent) {
  return Math.round(canaryPercent * 100);
}

// ../core/src/documents/pointer.ts
var pointerSchema = 1;
function saltOf(app, pointer) {
  return pointer.salt ?? `${app}@${pointer.canaryVersion ?? ""}`;
}
function readPointer(value) {
  if (!isRecord(value)) return void 0;
  const version = parseVersionId(own(value, "version"));
  if (version === void 0) return void 0;
  const updated = own(value, "lastUpdated");
  const lastUpdated = typeof updated === "string" ? updated : "";
  const canary = readCanary(value);
  const extras = readExtras(value);
  if (canary === void 0 || extras === void 0) {
    return { kind: "damaged", pointer: { version, canaryVersion: null, canaryPercent: 0, lastUpdated } };
  }
  const metadata = own(value, "metadata");
  return {
    kind: "sound",
    pointer: { version, ...canary, lastUpdated, ...isRecord(metadata) ? { metadata } : {}, ...extras }
  };
}
function isPercent(value) {
  return typeof value === "number" && value >= 0 && value <= 100 && Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
}
function readCanary(value) {
  const named = own(value, "canaryVersion");
  const percent = own(value, "canaryPercent") ?? 0;
  if (!isPercent(percent)) return void 0;
  if (named === void 0 || named === null) return { canaryVersion: null, canaryPercent: 0 };
  const canaryVersion = parseVersionId(named);
  return canaryVersion === void 0 ? void 0 : { canaryVersion, canaryPercent: percent };
}
function readExtras(value) {
  const schema = own(value, "schema");
  const blocked = readBlocked(own(value, "blocked"));
  if (blocked === void 0) return void 0;
  const always = { ...schema === void 0 ? {} : { schema: typeof schema === "number" ? schema : NaN }, ...blocked };
  if (schema !== void 0 && schema !== pointerSchema) return always;
  const extras = { ...always };
  for (const [name, holds] of Object.entries(EXTRAS)) {
    const field = own(value, name);
    if (field === void 0) continue;
    if (!holds(field)) return void 0;
    extras[name] = field;
  }
  return extras;
}
var isText = (value) => typeof value === "string" && value.length <= 256;
var isTexts = (value) => Array.isArray(value) && value.every(isText);
var EXTRAS = {
  generation: (value) => Number.isSafeInteger(value) && value >= 0,
  assignment: isText,
  salt: (value) => isText(value) && !value.includes(":"),
  rolloutId: isText,
  enabledRegions: isTexts,
  allowList: isTexts,
  audience: isText
};
function readBlocked(value) {
  if (value === void 0) return {};
  if (!Array.isArray(value)) return void 0;
  return { blocked: value.flatMap((item) => parseVersionId(item) ?? []) };
}
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function own(value, name) {
  return Object.prototype.hasOwnProperty.call(value, name) ? value[name] : void 0;
}

// ../core/src/assignment/decide.ts
function decide(input) {
  const { pointer } = input;
  const canary = pointer.canaryVersion;
  const stable = (reason) => ({ version: pointer.version, arm: "stable", reason });
  if (canary === null) return stable("no-canary");
  if (pointer.blocked?.includes(canary) === true) return stable("blocked");
  const to = (arm2, reason) => arm2 === "canary" ? { version: canary, arm: arm2, reason } : stable(reason);
  if (input.bot === true) return stable("bot");
  if (input.override !== void 0) return to(input.override, "override");
  if (pointer.audience !== void 0) {
    return to(input.claims?.includes(pointer.audience) === true ? "canary" : "stable", "audience");
  }
  if (pointer.allowList !== void 0 && input.hashes?.some((hash) => pointer.allowList?.includes(hash)) === true) {
    return to("canary", "allow-list");
  }
  if (pointer.enabledRegions !== void 0) {
    if (input.region === void 0 || !pointer.enabledRegions.includes(input.region)) return stable("region");
  }
  if (input.subject === void 0 || input.subject === "") return stable("no-subject");
  if (pointer.assignment !== void 0 && pointer.assignment !== "v1") return stable("error");
  const bucket = bucketOf(saltOf(input.app, pointer), input.subject);
  return { ...to(bucket < weightBpOf(pointer.canaryPercent) ? "canary" : "stable", "bucket"), bucket };
}

// ../core/src/beacon.ts
var maxBeaconBytes = 48e3;
var maxBeaconEvents = 100;

// ../core/src/documents/platform-index.ts
var defaultSampleRate = 0.01;
function readIndex(value) {
  if (typeof value !== "object" || value === null) return void 0;
  const { apps, sampleRate } = value;
  if (typeof apps !== "object" || apps === null || Array.isArray(apps)) return void 0;
  const entries = /* @__PURE__ */ new Map();
  for (const [name, entry] of Object.entries(apps)) {
    const app = parseAppId(name);
    const pointer = readPointer(entry);
    if (app !== void 0 && pointer !== void 0) entries.set(app, pointer);
  }
  const rate = typeof sampleRate === "number" && sampleRate >= 0 && sampleRate <= 1 ? sampleRate : defaultSampleRate;
  return { sampleRate: rate, apps: entries };
}

// ../core/src/documents/pointer-acceptance.ts
var lowerGenerationIgnoredMs = 12e4;
function acceptPointer(held, received, nowMs) {
  const accepted = { pointer: received, receivedAtMs: nowMs };
  const heldGeneration = held?.pointer.generation;
  if (held === void 0 || heldGeneration === void 0 || received.generation === void 0) return accepted;
  if (received.generation >= heldGeneration) return accepted;
  return nowMs - held.receivedAtMs < lowerGenerationIgnoredMs ? held : accepted;
}

// ../core/src/keys.ts
function placeOf(app, prefix = app) {
  return { app, prefix };
}
var under = (place, name) => place.prefix === "" ? name : `${place.prefix}/${name}`;
var pointerKey = (place) => under(place, "active-version.json");
var historyKey = (place) => under(place, "version-history.json");
var recordKey = (place) => under(place, "rollout.json");
var versionPrefix = (place, version) => under(place, `${version}/`);
var versionManifestKey = (place, version) => `${versionPrefix(place, version)}version.json`;
var indexKey = "platform-index.json";
var storeMarkerKey = "sluice-store.json";

// ../core/src/documents/stable-versions.ts
function stableVersions(history) {
  const versions = [];
  for (const name of history.legacy ?? []) {
    const version = parseVersionId(name);
    if (version !== void 0) become(versions, version);
  }
  for (const entry of history.entries) {
    const stable = stableAfter(entry);
    if (stable !== void 0) become(versions, stable);
  }
  return versions;
}
function lastStableUntil(history, version) {
  let until = history.legacy?.includes(version) === true ? null : void 0;
  let present;
  for (const entry of history.entries) {
    const stable = stableAfter(entry);
    if (stable === void 0 || stable === present) continue;
    if (present === version || until === null && stable !== version) until = entry.at;
    if (stable === version) until = null;
    present = stable;
  }
  return until;
}
function lastTakenBack(history) {
  return history.entries.findLast(
    (entry) => entry.kind === "returned" || entry.kind === "ended" && (entry.outcome === "rolled-back" || entry.outcome === "aborted")
  );
}
function stableAfter(entry) {
  switch (entry.kind) {
    case "first-version":
    case "returned":
    case "drifted":
    case "ended":
      return entry.stable;
    default:
      return void 0;
  }
}
function become(versions, version) {
  const earlier = versions.lastIndexOf(version);
  if (earlier >= 0) versions.length = earlier;
  versions.push(version);
}

// ../core/src/rollout/rollout.ts
function stageOf(rollout) {
  const stage = rollout.plan.stages[rollout.stage.index];
  if (stage === void 0) throw new RangeError(`stage ${String(rollout.stage.index)} is not in the plan`);
  return stage;
}
function isRunning(rollout) {
  return rollout !== null && rollout !== void 0 && rollout.end === null;
}
function isBaking(rollout) {
  return rollout.stage.index === rollout.plan.stages.length - 1;
}

// ../core/src/rollout/draft.ts
var sluice = { kind: "sluice", name: "controller" };
function line(rollout, draft) {
  const { canary, baseline } = rollout.analysis.totals;
  return {
    kind: "history",
    draft: {
      version: rollout.canary,
      stable: rollout.stable,
      automatic: draft.actor.kind === "sluice",
      stage: rollout.stage.index + 1,
      percent: stageOf(rollout).weightBp / 100,
      numbers: {
        canarySessions: canary.sessions,
        canaryFailed: canary.failed,
        stableSessions: baseline.sessions,
        stableFailed: baseline.failed
      },
      ...draft
    }
  };
}

// ../core/src/rollout/end.ts
function abort(rollout, event) {
  return end(rollout, { outcome: "aborted", atMs: event.atMs, actor: event.actor, why: event.why });
}
function end(rollout, how) {
  const next = { ...rollout, end: how, paused: null, heldSinceMs: null };
  const kept = isPromotion(how) ? rollout.canary : rollout.stable;
  return {
    kind: "moved",
    next,
    effects: [
      line(rollout, {
        kind: "ended",
        atMs: how.atMs,
        actor: how.actor,
        why: how.why,
        outcome: how.outcome,
        stable: kept
      })
    ]
  };
}
function isPromotion(end2) {
  return end2.outcome === "promoted" || end2.outcome === "fast-promoted" || end2.outcome === "promoted-unproven";
}

// ../core/src/rollout/event.ts
function refused(code, why) {
  return { kind: "refused", code, why };
}

// ../core/src/rollout/drift.ts
var outside = { kind: "person", name: "outside Sluice" };
function drift(rollout, event) {
  const { seen } = event;
  const why = `The pointer was changed outside Sluice to ${describe(seen)}. What is served follows the pointer.`;
  if (seen.canaryVersion !== rollout.canary) {
    const outcome = seen.version === rollout.canary ? "fast-promoted" : "aborted";
    const stable = outcome === "aborted" ? seen.version : rollout.stable;
    return end({ ...rollout, stable }, { outcome, atMs: event.atMs, actor: outside, why });
  }
  if (rollout.driftedSinceMs !== null) return refused("not-yet", "The drift is known already.");
  const next = { ...rollout, driftedSinceMs: event.atMs };
  const drifted = line(next, { kind: "drifted", atMs: event.atMs, actor: sluice, why, stable: seen.version });
  return { kind: "moved", next, effects: [drifted] };
}
function describe(seen) {
  const canary = seen.canaryVersion === null ? "" : ` with ${String(seen.canaryPercent)} % on ${seen.canaryVersion}`;
  return `${seen.version}${canary}`;
}

// ../core/src/rollout/intended-pointer.ts
var maxBlocked = 32;
function intendedPointer(rollout, input) {
  const kept = rollout.driftedSinceMs === null ? rollout.stable : input.before.version;
  if (rollout.end === null) {
    return {
      ...stamped(input),
      version: kept,
      canaryVersion: rollout.canary,
      canaryPercent: stageOf(rollout).weightBp / 100,
      assignment: "v1",
      salt: rollout.salt,
      rolloutId: rollout.id,
      ...blocking(input.before.blocked, { without: rollout.canary })
    };
  }
  if (isPromotion(rollout.end)) return stablePointer(rollout.canary, input);
  return blockingPointer({ version: kept, blocked: rollout.canary }, input);
}
function stablePointer(version, input) {
  return { ...withoutCanary(stamped(input)), version, ...blocking(input.before.blocked, { without: version }) };
}
function blockingPointer(change, input) {
  const without = change.version;
  const add2 = change.blocked === change.version ? void 0 : change.blocked;
  return {
    ...withoutCanary(stamped(input)),
    version: change.version,
    ...blocking(input.before.blocked, { without, add: add2 })
  };
}
function stamped(input) {
  return {
    ...input.before,
    lastUpdated: input.lastUpdated,
    metadata: { deployedBy: input.deployedBy },
    schema: pointerSchema,
    generation: input.generation
  };
}
function withoutCanary(pointer) {
  const { assignment: _assignment, salt: _salt, rolloutId: _rolloutId, ...rest } = pointer;
  return { ...rest, canaryVersion: null, canaryPercent: 0 };
}
function blocking(blocked, change) {
  const kept = (blocked ?? []).filter((version) => version !== change.without && version !== change.add);
  const list = change.add === void 0 ? kept : [...kept, change.add].slice(-maxBlocked);
  return list.length === 0 && blocked === void 0 ? {} : { blocked: list };
}

// ../core/src/analysis/error-process.ts
function logIncrement(counts, spec, r) {
  const { nc, nb, ec, eb } = counts;
  if (spec.rho === 0) return nc === 0 ? 0 : ec * Math.log(r) - nc * spec.delta * (r - 1);
  if (nc === 0 || nb === 0) return 0;
  const kappa = spec.rho * nc / nb;
  const y = (1 + kappa) / (1 + r * kappa);
  const x = r * y;
  return ec * Math.log(x) + eb * Math.log(y) - nc * spec.delta * (x - 1);
}
function createProcess(spec) {
  const lnStart = Math.log(spec.start);
  return { lnS: spec.grid.map(() => lnStart), spent: 0, lnE: lnStart, lnEMax: lnStart };
}
function updateProcess(state, spec, slot) {
  const credit2 = Math.min(slot.slots, Math.max(0, spec.horizon - state.spent));
  const restart = spec.horizon === 0 ? 0 : credit2 * (1 - spec.start) / spec.horizon;
  const lnS = state.lnS.map((value, i) => lnAdd(value, restart) + logIncrement(slot.counts, spec, spec.grid[i] ?? 1));
  const lnE = lnMean(lnS);
  return { lnS, spent: Math.min(spec.horizon, state.spent + slot.slots), lnE, lnEMax: Math.max(state.lnEMax, lnE) };
}
function lnAdd(a, b) {
  if (b === 0) return a;
  const lnB = Math.log(b);
  const high = Math.max(a, lnB);
  return high + Math.log1p(Math.exp(Math.min(a, lnB) - high));
}
function lnMean(values) {
  const high = Math.max(...values);
  return high + Math.log(values.reduce((sum, value) => sum + Math.exp(value - high), 0) / values.length);
}

// ../core/src/analysis/specs.ts
var harmGrid = [1.25, 1.6, 2.2, 3.5, 6, 12, 40, 200];
function horizonOf(maxDurationMs) {
  return Math.max(450, Math.ceil(maxDurationMs / 1e4));
}
function rollbackSpec(horizon, strictness) {
  const margin = strictness === "strict" ? { rho: 1.1, delta: 2e-4 } : { rho: 1.25, delta: 5e-4 };
  return { ...margin, grid: harmGrid, start: 0.5, horizon };
}
function holdSpec(horizon) {
  return { rho: 1, delta: 0, grid: harmGrid, start: 0.5, horizon };
}
var lnRollbackAt = Math.log(100);
var minFailedSubjects = 3;
var lnHoldAt = Math.log(20);

// ../core/src/analysis/analysis.ts
function createAnalysis(options) {
  const horizon = horizonOf(options.maxDurationMs);
  const none = { sessions: 0, failed: 0 };
  return {
    strictness: options.strictness,
    horizon,
    totals: { canary: none, baseline: none },
    rollback: createProcess(rollbackSpec(horizon, options.strictness)),
    hold: createProcess(holdSpec(horizon)),
    held: false,
    failed: false
  };
}
function applySlot(state, slot) {
  const counts = {
    nc: slot.canary.sessions,
    nb: slot.baseline.sessions,
    ec: slot.canary.failed,
    eb: slot.baseline.failed
  };
  const step = { counts, slots: slot.lengthMs / 1e4 };
  const rollback = updateProcess(state.rollback, rollbackSpec(state.horizon, state.strictness), step);
  const hold2 = updateProcess(state.hold, holdSpec(state.horizon), step);
  const totals = {
    canary: add(state.totals.canary, slot.canary),
    baseline: add(state.totals.baseline, slot.baseline)
  };
  const crossed = rollback.lnE >= lnRollbackAt && totals.canary.failed >= minFailedSubjects;
  return {
    ...state,
    totals,
    rollback,
    hold: hold2,
    held: state.held ? hold2.lnE >= 0 : hold2.lnE >= lnHoldAt,
    failed: state.failed || crossed
  };
}
function add(a, b) {
  return { sessions: a.sessions + b.sessions, failed: a.failed + b.failed };
}

// ../core/src/rollout/start.ts
function startRollout(input) {
  const next = {
    id: input.id,
    app: input.app,
    stable: input.stable,
    canary: input.canary,
    salt: input.salt ?? `${input.app}@${input.canary}`,
    plan: input.plan,
    startedAtMs: input.atMs,
    startedBy: input.actor,
    reason: input.why,
    baseSlotMs: input.plan.baseSlotMs === "auto" ? null : input.plan.baseSlotMs,
    stage: stageAt({ index: 0, atMs: input.atMs, revision: input.nextGeneration }),
    lastSlot: 0,
    analysis: createAnalysis({ maxDurationMs: input.plan.maxDurationMs, strictness: input.plan.strictness }),
    heldSinceMs: null,
    holdWaived: false,
    paused: null,
    driftedSinceMs: null,
    promotedBy: null,
    end: null
  };
  return { next, effects: [line(next, { kind: "started", atMs: input.atMs, actor: input.actor, why: input.why })] };
}
function stageAt(input) {
  return {
    index: input.index,
    enteredAtMs: input.atMs,
    revision: input.revision,
    creditedMs: 0,
    canarySessions: 0,
    baselineSessions: 0
  };
}

// ../core/src/rollout/advance.ts
function advance(rollout, event) {
  if (rollout.driftedSinceMs !== null) return refused("pointer-drifted", driftedWhy);
  if (isBaking(rollout)) return refused("already-final-stage", "The rollout is at 100 % already and bakes.");
  return enterStage(rollout, {
    index: rollout.stage.index + 1,
    atMs: event.atMs,
    revision: event.nextGeneration,
    actor: event.actor,
    why: event.why
  });
}
var driftedWhy = "The pointer was changed outside Sluice. Abort the rollout, or start the version again, to say what shall be.";
function enterStage(rollout, entry) {
  const byPerson = entry.actor.kind !== "sluice";
  const next = {
    ...rollout,
    stage: stageAt(entry),
    heldSinceMs: byPerson ? null : rollout.heldSinceMs,
    holdWaived: rollout.holdWaived || byPerson && rollout.analysis.held,
    paused: byPerson ? null : rollout.paused
  };
  const kind = isBaking(next) ? "full-weight" : "advanced";
  return {
    kind: "moved",
    next,
    effects: [line(next, { kind, atMs: entry.atMs, actor: entry.actor, why: entry.why })]
  };
}

// ../core/src/analysis/verdict.ts
function verdictOf(state) {
  const { canary, baseline } = state.totals;
  const kind = state.failed ? "fail" : canary.sessions === 0 ? "no-data" : state.held || baseline.sessions === 0 ? "inconclusive" : "pass";
  return {
    kind,
    hold: state.held,
    evidence: { lnRollback: state.rollback.lnE, lnRollbackMax: state.rollback.lnEMax, lnHold: state.hold.lnE },
    counts: state.totals,
    sentence: explain(kind, state)
  };
}
function explain(kind, state) {
  const { canary, baseline } = state.totals;
  const seen = `${of(canary, "canary")} failed against ${of(baseline, "stable")}`;
  switch (kind) {
    case "fail":
      return `${seen}: evidence ${odds(state.rollback.lnEMax)} that the canary is worse; 100 to 1 is enough to take it back.`;
    case "no-data":
      return "No canary session was seen yet; no data is never a pass.";
    case "inconclusive":
      return state.held ? `${seen}: evidence ${odds(state.hold.lnE)} that the canary is worse holds the ramp.` : `${seen}: there is no stable session to compare with.`;
    case "pass":
      return `${seen}: evidence against the canary is ${percentOf(state.rollback.lnE)} of what takes it back.`;
  }
}
function of(arm2, name) {
  return `${group(arm2.failed)} of ${group(arm2.sessions)} ${name} sessions`;
}
function odds(lnE) {
  return lnE > Math.log(1e6) ? "more than 1,000,000 to 1" : `${group(Math.max(1, Math.round(Math.exp(lnE))))} to 1`;
}
function percentOf(lnE) {
  return `${String(Math.max(0, Math.round(100 * lnE / lnRollbackAt)))} %`;
}
function group(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

// ../core/src/rollout/close-slot.ts
function closeSlot(rollout, event) {
  const { slot } = event;
  if (slot.rolloutId !== rollout.id || slot.id <= rollout.lastSlot) {
    return refused("slot-known", `Slot ${String(slot.id)} was applied before or belongs to another rollout.`);
  }
  const analysis = applySlot(rollout.analysis, slot);
  const verdict = verdictOf(analysis);
  const judged = { ...rollout, analysis, lastSlot: slot.id };
  if (verdict.kind === "fail" && rollout.driftedSinceMs === null) {
    return end(judged, { outcome: "rolled-back", atMs: event.atMs, actor: sluice, why: verdict.sentence });
  }
  const held = hold(judged, event.atMs);
  return {
    kind: "moved",
    next: credit(held, slot),
    effects: heldLines({ before: rollout, after: held, atMs: event.atMs, why: verdict.sentence })
  };
}
function hold(rollout, atMs) {
  if (!rollout.analysis.held) return { ...rollout, heldSinceMs: null, holdWaived: false };
  return { ...rollout, heldSinceMs: rollout.holdWaived ? null : rollout.heldSinceMs ?? atMs };
}
function heldLines(change) {
  const { before, after, atMs, why } = change;
  if (before.heldSinceMs === null === (after.heldSinceMs === null)) return [];
  const kind = after.heldSinceMs === null ? "released" : "held";
  return [line(after, { kind, atMs, actor: sluice, why })];
}
function credit(rollout, slot) {
  if (slot.revision !== rollout.stage.revision) return rollout;
  const healthy = rollout.heldSinceMs === null && rollout.paused === null && rollout.driftedSinceMs === null;
  const observed = slot.canary.sessions > 0;
  const creditMs = healthy && observed ? Math.min(slot.lengthMs, rollout.baseSlotMs ?? slot.lengthMs) : 0;
  return {
    ...rollout,
    stage: {
      ...rollout.stage,
      creditedMs: rollout.stage.creditedMs + creditMs,
      canarySessions: rollout.stage.canarySessions + slot.canary.sessions,
      baselineSessions: rollout.stage.baselineSessions + slot.baseline.sessions
    }
  };
}

// ../core/src/rollout/hold.ts
function fixSlots(rollout, event) {
  if (rollout.baseSlotMs !== null) return refused("not-yet", "The base slot is fixed already.");
  return { kind: "moved", next: { ...rollout, baseSlotMs: event.baseSlotMs }, effects: [] };
}
function pause(rollout, event) {
  if (rollout.paused !== null) return refused("not-yet", "The rollout is paused already.");
  const paused = { sinceMs: event.atMs, actor: event.actor, why: event.why };
  const next = { ...rollout, paused };
  return {
    kind: "moved",
    next,
    effects: [line(next, { kind: "paused", atMs: event.atMs, actor: event.actor, why: event.why })]
  };
}
function resume(rollout, event) {
  if (rollout.paused === null) return refused("not-paused", "The rollout is not paused.");
  const next = { ...rollout, paused: null };
  return {
    kind: "moved",
    next,
    effects: [line(next, { kind: "resumed", atMs: event.atMs, actor: event.actor, why: event.why })]
  };
}

// ../core/src/rollout/promote.ts
function promote(rollout, event) {
  if (rollout.driftedSinceMs !== null) return refused("pointer-drifted", driftedWhy);
  if (isBaking(rollout)) return refused("already-final-stage", "The rollout is at 100 % already and bakes.");
  return enterStage(
    { ...rollout, promotedBy: event.actor },
    {
      index: rollout.plan.stages.length - 1,
      atMs: event.atMs,
      revision: event.nextGeneration,
      actor: event.actor,
      why: event.why
    }
  );
}

// ../core/src/rollout/stale.ts
function stale(rollout, event) {
  if (!("expected" in event)) return void 0;
  const seen = {
    version: rollout.canary,
    stage: rollout.stage.index + 1,
    generation: event.generation
  };
  for (const name of ["version", "stage", "generation"]) {
    const wanted = event.expected[name];
    if (wanted !== void 0 && wanted !== seen[name]) {
      return refused(
        "command-stale",
        `The command was meant for ${name} ${String(wanted)}, but ${name} ${String(seen[name])} is there now.`
      );
    }
  }
  return void 0;
}

// ../core/src/rollout/waiting.ts
function waitingFor(rollout) {
  if (rollout.driftedSinceMs !== null) return { kind: "drifted" };
  if (rollout.paused !== null) return { kind: "paused" };
  if (rollout.heldSinceMs !== null) return { kind: "held" };
  const leftMs = stageOf(rollout).soakMs - rollout.stage.creditedMs;
  if (leftMs > 0) return { kind: "soak", leftMs };
  const missing = rollout.plan.minSessions - rollout.stage.canarySessions;
  return missing > 0 ? { kind: "samples", missing } : void 0;
}
function isInconclusive(rollout, nowMs) {
  return waitingFor(rollout) !== void 0 && nowMs - rollout.startedAtMs > rollout.plan.maxDurationMs;
}
function explainWaiting(rollout, waiting) {
  const place = isBaking(rollout) ? "The bake at 100 %" : `Stage ${String(rollout.stage.index + 1)}`;
  switch (waiting?.kind) {
    case void 0:
      return isBaking(rollout) ? "The bake is done: promoting." : `${place} is done: advancing.`;
    case "drifted":
      return "Stopped: the pointer was changed outside Sluice, and what is served follows it.";
    case "paused":
      return `Paused by ${rollout.paused?.actor.name ?? "a person"}: ${rollout.paused?.why ?? ""}`.trim();
    case "held":
      return "Held: there is evidence that the canary is worse than stable, but not enough to take it back.";
    case "soak":
      return rollout.stage.creditedMs === 0 && rollout.stage.canarySessions === 0 ? `${place} has seen no closed slot with canary sessions yet; no data is never a pass.` : `${place} soaks for ${duration(waiting.leftMs)} more.`;
    case "samples":
      return `${place} needs ${String(waiting.missing)} more canary ${waiting.missing === 1 ? "session" : "sessions"}.`;
  }
}
function duration(ms) {
  const seconds = Math.ceil(ms / 1e3);
  if (seconds < 120) return `${String(seconds)} s`;
  return `${String(Math.ceil(seconds / 60))} min`;
}

// ../core/src/rollout/tick.ts
function tick(rollout, event) {
  const waiting = waitingFor(rollout);
  if (waiting !== void 0) return refused("not-yet", explainWaiting(rollout, waiting));
  if (isBaking(rollout)) {
    return end(rollout, {
      outcome: rollout.promotedBy === null ? "promoted" : "fast-promoted",
      atMs: event.atMs,
      actor: sluice,
      why: "The bake at 100 % is done and nothing spoke against it."
    });
  }
  return enterStage(rollout, {
    index: rollout.stage.index + 1,
    atMs: event.atMs,
    revision: event.nextGeneration,
    actor: sluice,
    why: `The soak of stage ${String(rollout.stage.index + 1)} is done with ${String(rollout.stage.canarySessions)} canary sessions.`
  });
}

// ../core/src/rollout/reduce.ts
function reduce(rollout, event) {
  if (rollout.end !== null) return refused("rollout-not-running", `The rollout ended ${rollout.end.outcome}.`);
  const outdated = stale(rollout, event);
  if (outdated !== void 0) return outdated;
  switch (event.kind) {
    case "slots-fixed":
      return fixSlots(rollout, event);
    case "slot-closed":
      return closeSlot(rollout, event);
    case "ticked":
      return tick(rollout, event);
    case "advance":
      return advance(rollout, event);
    case "promote":
      return promote(rollout, event);
    case "pause":
      return pause(rollout, event);
    case "resume":
      return resume(rollout, event);
    case "abort":
      return abort(rollout, event);
    case "drifted":
      return drift(rollout, event);
    default:
      return event;
  }
}

export {
  isBot,
  cookie,
  overrideOf,
  bucketOf,
  weightBpOf,
  parseAppId,
  parseVersionId,
  isPreview,
  pointerSchema,
  readPointer,
  isPercent,
  decide,
  maxBeaconBytes,
  maxBeaconEvents,
  readIndex,
  acceptPointer,
  errorCodes,
  DeliveryError,
  placeOf,
  pointerKey,
  historyKey,
  recordKey,
  versionPrefix,
  versionManifestKey,
  indexKey,
  storeMarkerKey,
  stableVersions,
  lastStableUntil,
  lastTakenBack,
  stageOf,
  isRunning,
  sluice,
  describe,
  maxBlocked,
  intendedPointer,
  blockingPointer,
  lnRollbackAt,
  lnHoldAt,
  startRollout,
  verdictOf,
  waitingFor,
  isInconclusive,
  explainWaiting,
  reduce
};
