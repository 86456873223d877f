import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  drawTree
} from "./chunk-NJNLWNZ7.mjs";
import "./chunk-F5DETYDS.mjs";
import {
  readStatus
} from "./chunk-ZT3YUXPF.mjs";
import {
  appNamed,
  openContext
} from "./chunk-4GGHG25B.mjs";
import {
  parseDuration
} from "./chunk-OT6TI2CT.mjs";
import {
  coloursFor
} from "./chunk-4ABQ7PY5.mjs";
import {
  DeliveryError,
  errorCodes
} from "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/watch.ts
import { setTimeout as wait } from "node:timers/promises";

// src/screen.ts
import { stripVTControlCharacters } from "node:util";
function createScreen(terminal) {
  let drawn = 0;
  return {
    show(text) {
      const lines = fit(text.split("\n"), terminal);
      const back = drawn > 0 ? `\x1B[${String(drawn)}A` : "";
      terminal.write(`${back}${lines.map((line) => `${line}\x1B[K
`).join("")}\x1B[J`);
      drawn = lines.length;
    }
  };
}
function fit(lines, { columns = 80, rows = 24 }) {
  const wrapped = lines.flatMap((line) => wrap(line, columns));
  const most = Math.max(1, rows - 1);
  if (wrapped.length <= most) return wrapped;
  return [...wrapped.slice(0, most - 1), `\u2026 ${String(wrapped.length - most + 1)} more lines`];
}
var indent = "             ";
function wrap(line, columns) {
  const bare = stripVTControlCharacters(line);
  if (bare.length < columns) return [line];
  const width = Math.max(20, columns - 1);
  const lines = [];
  let rest = bare;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const at = space > indent.length ? space : width;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}

// src/commands/watch-exit.ts
function watchExit(statuses, seen) {
  const running = statuses.filter(({ rollout }) => rollout !== null && rollout.outcome === null);
  if (running.some(({ drifted }) => drifted)) return errorCodes["pointer-drifted"].exit;
  if (running.some(({ rollout }) => rollout?.inconclusive === true)) return 4;
  if (running.length > 0) return void 0;
  const outcomes = statuses.flatMap(
    ({ rollout }) => rollout !== null && seen.has(rollout.id) ? [rollout.outcome ?? ""] : []
  );
  return outcomes.some((outcome) => takenBack.includes(outcome)) ? 3 : 0;
}
var takenBack = ["rolled-back", "aborted", "superseded", "expired"];

// src/commands/watch.ts
var everyMs = 500;
async function watch(world, options) {
  const context = await openContext(world, options);
  if (options.app !== void 0) appNamed(context, options.app);
  const untilMs = world.now() + timeoutOf(options.timeout);
  const apps = context.platform.apps.filter(({ place }) => options.app === void 0 || place.app === options.app);
  const show = viewFor(world, options);
  const seen = /* @__PURE__ */ new Set();
  while (!process.stdout.destroyed) {
    const statuses = await Promise.all(apps.map((app) => readStatus(context.platform, app)));
    show(statuses);
    for (const { rollout } of statuses) {
      if (rollout !== null && (options.app !== void 0 || rollout.outcome === null)) seen.add(rollout.id);
    }
    const code = watchExit(statuses, seen);
    if (code !== void 0) return code;
    if (world.now() >= untilMs) throw timedOut(options, statuses);
    await wait(everyMs);
  }
  return 0;
}
function viewFor({ env }, { json }) {
  const { stdout } = process;
  if (stdout.isTTY && json !== true) {
    const screen = createScreen(stdout);
    const pc = coloursFor({ env, stream: stdout });
    return (statuses) => {
      screen.show(statuses.map((status) => drawTree(status, pc)).join("\n"));
    };
  }
  const said = /* @__PURE__ */ new Map();
  return (statuses) => {
    const lines = json === true ? [{ about: "", line: JSON.stringify({ apps: statuses }) }] : statuses.map((status) => ({ about: status.app, line: oneLine(status) }));
    for (const { about, line } of lines) {
      if (said.get(about) !== line) stdout.write(`${line}
`);
      said.set(about, line);
    }
  };
}
function oneLine({ app, rollout, pointer, sentence }) {
  if (rollout === null || rollout.outcome !== null) return `${app}: ${pointer?.version ?? "nothing"}. ${sentence}`;
  const { canaryCounts: c, stableCounts: s } = rollout;
  const counts = `canary ${String(c.failed)}/${String(c.sessions)}, stable ${String(s.failed)}/${String(s.sessions)} failed`;
  return `${app}: ${rollout.canary} stage ${String(rollout.stage)}/${String(rollout.stages)} at ${String(rollout.desiredPercent)} %, ${counts}. ${sentence}`;
}
function timeoutOf(text) {
  if (text === void 0) return Infinity;
  const ms = parseDuration(text);
  if (ms !== void 0) return ms;
  throw new DeliveryError({
    code: "usage",
    message: `"${text}" is not a length of time above zero.`,
    remedy: "Write --timeout 90s, 15m or 2h."
  });
}
function timedOut({ timeout }, statuses) {
  const running = statuses.filter(({ rollout }) => rollout !== null && rollout.outcome === null);
  return new DeliveryError({
    code: "timeout",
    message: `After ${timeout ?? ""} ${running.map(({ app, rollout }) => `${app} ${rollout?.canary ?? ""}`).join(", ")} had not ended.`,
    remedy: "It goes on without being watched. Watch longer with a larger --timeout, or see `sluice status`.",
    details: running.map(({ app, sentence }) => `${app}: ${sentence}`)
  });
}
export {
  watch
};
