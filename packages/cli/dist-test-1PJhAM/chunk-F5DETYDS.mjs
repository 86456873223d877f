import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  changeApp,
  readHistoryDocument,
  statusOf
} from "./chunk-ZT3YUXPF.mjs";
import {
  DeliveryError,
  blockingPointer,
  historyKey,
  intendedPointer,
  isPreview,
  isRunning,
  lastStableUntil,
  lastTakenBack,
  maxBlocked,
  parseAppId,
  parseVersionId,
  pointerSchema,
  reduce,
  stableVersions,
  stageOf,
  startRollout
} from "./chunk-YKEO2KDF.mjs";

// ../controller/src/commands/result.ts
function refuse(error) {
  return { kind: "refused", error };
}
function findApp(platform, name) {
  const app = parseAppId(name);
  const found = platform.apps.find((candidate) => candidate.place.app === app);
  if (found !== void 0) return found;
  const known = platform.apps.map((candidate) => candidate.place.app).join(", ");
  return new DeliveryError({
    code: "app-unknown",
    message: `There is no app "${name}" in sluice.config; there ${platform.apps.length === 1 ? "is" : "are"} ${known || "none"}.`,
    remedy: "Choose one of these, or add it under `apps` in sluice.config."
  });
}
function findVersion(name) {
  return parseVersionId(name) ?? new DeliveryError({
    code: "version-name-invalid",
    message: `"${name}" is not a version.`,
    remedy: "Use v1.2.3, or v followed by 7 to 40 hex digits of the commit."
  });
}
async function missingOrAltered(platform, app, version) {
  const problems = await platform.problemsOf(app, version);
  const name = app.place.app;
  if (problems === void 0) {
    return new DeliveryError({
      code: "version-not-found",
      message: `Version "${version}" of "${name}" is not published.`,
      remedy: `Publish it with \`sluice publish dist --app ${name} --version ${version}\`.`
    });
  }
  if (problems.length === 0) return void 0;
  return new DeliveryError({
    code: "version-altered",
    message: `Version "${version}" of "${name}" is not whole: files are missing or altered.`,
    remedy: `Publish it again from the same build with \`sluice publish\`, or choose another version. Nothing was changed.`,
    details: problems
  });
}

// ../controller/src/commands/steer.ts
var advanceRollout = (platform, asked) => steer(platform, asked, "advance");
var promoteRollout = (platform, asked) => steer(platform, asked, "promote");
var pauseRollout = (platform, asked) => steer(platform, asked, "pause");
var resumeRollout = (platform, asked) => steer(platform, asked, "resume");
var abortRollout = (platform, asked) => steer(platform, asked, "abort");
async function steer(platform, asked, kind) {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  return changeApp(platform, app, (state) => Promise.resolve(decideSteer(platform, { state, asked, kind })));
}
function decideSteer(platform, input) {
  const { state, asked, kind } = input;
  const { rollout } = state.record;
  if (!isRunning(rollout) || state.pointer === null) return answerRefused(asked.app, "rollout-not-running", void 0);
  const nextGeneration = state.highestGeneration + 1;
  const event = {
    kind,
    atMs: platform.now(),
    actor: asked.actor,
    why: asked.reason,
    expected: asked.expected ?? {},
    generation: state.pointer.generation ?? 0,
    nextGeneration
  };
  const step = reduce(rollout, event);
  if (step.kind === "refused") return answerRefused(asked.app, step.code, step.why);
  const pointer = intendedPointer(step.next, {
    before: state.pointer,
    generation: nextGeneration,
    lastUpdated: new Date(platform.now()).toISOString(),
    deployedBy: asked.actor.name
  });
  const keeps = kind === "pause" || kind === "resume";
  return {
    kind: "change",
    change: { rollout: step.next, effects: step.effects, ...keeps ? {} : { pointer } },
    answer: (after) => ({ kind: "done", summary: summaryOf(step.next, kind), status: statusOf(platform, after) })
  };
}
function summaryOf(rollout, kind) {
  const percent = `${String(stageOf(rollout).weightBp / 100)} %`;
  switch (kind) {
    case "advance":
      return `${rollout.app} ${rollout.canary} is at ${percent} now (stage ${String(rollout.stage.index + 1)} of ${String(rollout.plan.stages.length)}); its soak begins anew.`;
    case "promote":
      return `${rollout.app} ${rollout.canary} is at 100 % now and bakes before it becomes stable.`;
    case "pause":
      return `${rollout.app} ${rollout.canary} is paused at ${percent}. Go on with \`sluice resume ${rollout.app}\`.`;
    case "resume":
      return `${rollout.app} ${rollout.canary} goes on at ${percent}.`;
    case "abort":
      return `${rollout.app} ${rollout.canary} is aborted: everybody gets ${rollout.stable}, and ${rollout.canary} is blocked.`;
  }
}
var codes = {
  "rollout-not-running": "rollout-not-running",
  "command-stale": "command-stale",
  "already-final-stage": "already-final-stage",
  "not-paused": "not-paused",
  "pointer-drifted": "pointer-drifted",
  "slot-known": "internal",
  "not-yet": "usage"
};
function answerRefused(app, code, why) {
  const error = new DeliveryError({
    code: codes[code],
    message: why ?? `No rollout of "${app}" is running.`,
    remedy: code === "rollout-not-running" ? `Start one with \`sluice start ${app} <version>\`, or see \`sluice history ${app}\`.` : `See where it stands with \`sluice status ${app}\`.`
  });
  return { kind: "answer", answer: refuse(error) };
}

// ../controller/src/commands/block.ts
async function blockVersion(platform, asked) {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const version = findVersion(asked.version);
  if (version instanceof DeliveryError) return refuse(version);
  return changeApp(platform, app, (state) => Promise.resolve(decideBlock(platform, { state, asked, version })));
}
function decideBlock(platform, input) {
  const { state, asked, version } = input;
  const { pointer } = state;
  const { rollout } = state.record;
  if (pointer === null || pointer.version === version) {
    return { kind: "answer", answer: refuse(servedError(asked, pointer)) };
  }
  if (isRunning(rollout) && rollout.canary === version) return decideSteer(platform, { state, asked, kind: "abort" });
  if (pointer.blocked?.includes(version) === true) {
    const summary = `${version} is blocked already.`;
    return { kind: "answer", answer: { kind: "unchanged", summary, status: statusOf(platform, state) } };
  }
  const atMs = platform.now();
  const draft = {
    kind: "blocked",
    atMs,
    version,
    stable: pointer.version,
    actor: asked.actor,
    why: asked.reason
  };
  return {
    kind: "change",
    change: {
      rollout,
      effects: [{ kind: "history", draft: { ...draft, automatic: false } }],
      pointer: {
        ...pointer,
        schema: 1,
        generation: state.highestGeneration + 1,
        lastUpdated: new Date(atMs).toISOString(),
        blocked: [...pointer.blocked ?? [], version].slice(-maxBlocked)
      }
    },
    answer: (after) => ({
      kind: "done",
      summary: `${asked.app} ${version} is blocked.`,
      status: statusOf(platform, after)
    })
  };
}
function servedError(asked, pointer) {
  return new DeliveryError({
    code: "usage",
    message: pointer === null ? `Nothing of "${asked.app}" is deployed yet.` : `${asked.version} is what everybody has; blocking it would leave nothing to serve.`,
    remedy: `Take users off it with \`sluice rollback ${asked.app}\`; that blocks it as well.`
  });
}

// ../controller/src/commands/start.ts
async function startRollout2(platform, asked) {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const version = findVersion(asked.version);
  if (version instanceof DeliveryError) return refuse(version);
  if (isPreview(version)) return refuse(previewError(version));
  const flaw = await missingOrAltered(platform, app, version);
  if (flaw !== void 0) return refuse(flaw);
  return changeApp(platform, app, (state) => Promise.resolve(decideStart(platform, { state, asked, version })));
}
function decideStart(platform, input) {
  const { state, asked, version } = input;
  const { rollout } = state.record;
  if (state.pointer === null) return firstVersion(platform, input);
  if (isRunning(rollout) && rollout.driftedSinceMs === null) {
    if (version === rollout.stable) return decideSteer(platform, { state, asked, kind: "abort" });
    if (version === rollout.canary) return unchanged(platform, state, `${version} is being rolled out already.`);
    return { kind: "answer", answer: refuse(runningError(asked.app, rollout.canary)) };
  }
  if (version === state.pointer.version && state.pointer.canaryVersion === null) {
    return unchanged(platform, state, `${version} is stable already; there is nothing to do.`);
  }
  return decideRamp(platform, { ...input, before: state.pointer });
}
function decideRamp(platform, input) {
  const { state, asked, version, before } = input;
  const generation = state.highestGeneration + 1;
  const started = startRollout({
    id: platform.newId(),
    app: state.app.place.app,
    stable: before.version,
    canary: version,
    plan: asked.plan,
    actor: asked.actor,
    why: asked.reason,
    atMs: platform.now(),
    nextGeneration: generation
  });
  const lastUpdated = new Date(platform.now()).toISOString();
  const pointer = intendedPointer(started.next, { before, generation, lastUpdated, deployedBy: asked.actor.name });
  return {
    kind: "change",
    change: { rollout: started.next, effects: started.effects, pointer },
    answer: (after) => ({
      kind: "done",
      summary: `${asked.app} ${version} is on trial with ${String(pointer.canaryPercent)} % of the users, plan ${asked.plan.name}. Watch it with \`sluice watch ${asked.app}\`.`,
      status: statusOf(platform, after)
    })
  };
}
function firstVersion(platform, input) {
  const { state, asked, version } = input;
  const atMs = platform.now();
  const pointer = {
    version,
    canaryVersion: null,
    canaryPercent: 0,
    lastUpdated: new Date(atMs).toISOString(),
    metadata: { deployedBy: asked.actor.name },
    schema: pointerSchema,
    generation: state.highestGeneration + 1
  };
  const draft = { kind: "first-version", atMs, version, stable: version, actor: asked.actor, percent: 100 };
  return {
    kind: "change",
    change: {
      rollout: null,
      effects: [{ kind: "history", draft: { ...draft, why: asked.reason, automatic: false } }],
      pointer
    },
    answer: (after) => ({
      kind: "done",
      summary: `${asked.app} ${version} is live for everybody: the first version needs no stages.`,
      status: statusOf(platform, after)
    })
  };
}
function unchanged(platform, state, summary) {
  return { kind: "answer", answer: { kind: "unchanged", summary, status: statusOf(platform, state) } };
}
function runningError(app, canary) {
  return new DeliveryError({
    code: "rollout-running",
    message: `A rollout of "${app}" is running: ${canary} is on trial.`,
    remedy: `Wait for it (\`sluice watch ${app}\`), or end it with \`sluice abort ${app}\`.`
  });
}
function previewError(version) {
  return new DeliveryError({
    code: "version-name-invalid",
    message: `"${version}" is a preview; previews are opened by link and never rolled out.`,
    remedy: "Publish the build as v1.2.3 or v<commit> and start that."
  });
}

// ../controller/src/platform.ts
var defaultRollbackWindowMs = 14 * 24 * 36e5;

// ../controller/src/commands/roll-back.ts
var repeatedWithinMs = 10 * 6e4;
async function rollBack(platform, asked) {
  const app = findApp(platform, asked.app);
  if (app instanceof DeliveryError) return refuse(app);
  const to = asked.to === void 0 ? void 0 : findVersion(asked.to);
  if (to instanceof DeliveryError) return refuse(to);
  return changeApp(platform, app, async (state) => {
    const history = await readHistoryDocument(platform.store, historyKey(app.place));
    return decide(platform, { state, asked, to, history: history.value });
  });
}
async function decide(platform, input) {
  const { state, asked, to } = input;
  const { pointer } = state;
  if (pointer === null) return refusal(nowhere(asked.app));
  const running = isRunning(state.record.rollout);
  if (running && (to === void 0 || to === pointer.version))
    return decideSteer(platform, { state, asked, kind: "abort" });
  if (to === pointer.version && pointer.canaryVersion === null) {
    const summary = `${asked.app} is on ${to} already; nothing was written.`;
    return { kind: "answer", answer: { kind: "unchanged", summary, status: statusOf(platform, state) } };
  }
  if (!running && to === void 0 && pointer.canaryVersion !== null) {
    return goTo(platform, { ...input, pointer, target: pointer.version, off: pointer.canaryVersion });
  }
  if (to === void 0 && asked.repeat === void 0) {
    const last = lastTakenBack(input.history);
    if (last !== void 0 && platform.now() - Date.parse(last.at) < repeatedWithinMs)
      return refusal(repeated(asked.app, last));
  }
  return decideTarget(platform, { ...input, pointer });
}
async function decideTarget(platform, input) {
  const { state, asked, to, pointer } = input;
  const target = to ?? goodBefore(input.history, pointer);
  if (target === void 0) return refusal(nowhere(asked.app));
  const flaw = await missingOrAltered(platform, state.app, target);
  if (flaw !== void 0) return refusal(flaw);
  const running = isRunning(state.record.rollout);
  if (asked.speed === void 0 && !running && !isRecent(platform, input.history, target)) {
    return decideRamp(platform, { state, asked, version: target, before: pointer });
  }
  const off = running && pointer.canaryVersion !== null ? pointer.canaryVersion : pointer.version;
  return goTo(platform, { ...input, pointer, target, off });
}
function goodBefore(history, pointer) {
  return stableVersions(history).findLast(
    (version) => version !== pointer.version && pointer.blocked?.includes(version) !== true
  );
}
function isRecent(platform, history, target) {
  const until = lastStableUntil(history, target);
  if (until === void 0 || until === null) return until === null;
  return platform.now() - Date.parse(until) <= (platform.rollbackWindowMs ?? defaultRollbackWindowMs);
}
function goTo(platform, input) {
  const { state, asked, target, off, pointer } = input;
  const atMs = platform.now();
  const next = blockingPointer(
    { version: target, blocked: off },
    {
      before: pointer,
      generation: state.highestGeneration + 1,
      lastUpdated: new Date(atMs).toISOString(),
      deployedBy: asked.actor.name
    }
  );
  const ended = endRunning(platform, input);
  const returned = {
    kind: "history",
    draft: {
      kind: "returned",
      atMs,
      version: off,
      stable: target,
      actor: asked.actor,
      why: asked.reason,
      automatic: false,
      outcome: "rolled-back"
    }
  };
  return {
    kind: "change",
    change: { rollout: ended.rollout, effects: [...ended.effects, returned], pointer: next },
    answer: (after) => ({
      kind: "done",
      summary: `${asked.app} is back on ${target}; ${off} is blocked.`,
      status: statusOf(platform, after)
    })
  };
}
function endRunning(platform, input) {
  const { rollout } = input.state.record;
  if (!isRunning(rollout)) return { rollout, effects: [] };
  const step = reduce(rollout, {
    kind: "abort",
    atMs: platform.now(),
    actor: input.asked.actor,
    why: input.asked.reason,
    expected: {},
    generation: input.pointer.generation ?? 0
  });
  return step.kind === "moved" ? { rollout: step.next, effects: step.effects } : { rollout, effects: [] };
}
function refusal(error) {
  return { kind: "answer", answer: refuse(error) };
}
function nowhere(app) {
  return new DeliveryError({
    code: "rollback-nowhere",
    message: `There is no version of "${app}" that was good before and was not taken back since.`,
    remedy: `Name one: \`sluice rollback ${app} --to <version>\`; \`sluice history ${app}\` lists what there was.`
  });
}
function repeated(app, last) {
  return new DeliveryError({
    code: "rollback-repeated",
    message: `${last.version} was taken back at ${last.at} already, less than 10 minutes ago; ${last.stable} is served since.`,
    remedy: `To go back one more, type \`sluice rollback ${app} --further\`; to a given one, \`--to <version>\`.`
  });
}

export {
  findApp,
  advanceRollout,
  promoteRollout,
  pauseRollout,
  resumeRollout,
  abortRollout,
  blockVersion,
  startRollout2 as startRollout,
  rollBack
};
