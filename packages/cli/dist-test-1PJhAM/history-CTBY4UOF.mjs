import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import "./chunk-F5DETYDS.mjs";
import {
  readHistory
} from "./chunk-ZT3YUXPF.mjs";
import {
  appNamed,
  openContext
} from "./chunk-4GGHG25B.mjs";
import "./chunk-OT6TI2CT.mjs";
import {
  say
} from "./chunk-3OTJBTZC.mjs";
import {
  coloursFor
} from "./chunk-4ABQ7PY5.mjs";
import "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/history.ts
async function history(world, options) {
  const context = await openContext(world, options);
  if (options.app !== void 0) appNamed(context, options.app);
  const apps = context.platform.apps.filter(({ place }) => options.app === void 0 || place.app === options.app);
  const found = await Promise.all(
    apps.map(async (app) => ({ app: app.place.app, ...await readHistory(context.platform, app) }))
  );
  const entries = found.flatMap((one) => one.entries).toSorted((a, b) => a.at < b.at ? 1 : a.at > b.at ? -1 : 0);
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  const legacy = found.flatMap((one) => (one.legacy ?? []).map((version) => legacyLine(one.app, version, pc))).toReversed();
  const lines = [...entries.map((entry) => line(entry, pc)), ...legacy];
  say(
    options.json,
    { entries, legacy: found.map(({ app, legacy: list }) => ({ app, versions: list ?? [] })) },
    lines.join("\n") || "Nothing has happened yet."
  );
}
function line(entry, pc) {
  const what = entry.outcome ?? entry.kind;
  const percent = entry.percent === void 0 ? "" : ` at ${String(entry.percent)} %`;
  return `${pc.dim(entry.at)} ${pc.bold(entry.app)} ${entry.version} ${what}${percent} ${pc.dim(`by ${entry.actor.name}`)}: ${entry.why}`;
}
function legacyLine(app, version, pc) {
  return `${pc.dim("before Sluice            ")} ${pc.bold(app)} ${version}`;
}
export {
  history
};
