import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  withPublished
} from "./chunk-NL4EBHK3.mjs";
import {
  report
} from "./chunk-GGY6XT5P.mjs";
import {
  startRollout
} from "./chunk-F5DETYDS.mjs";
import "./chunk-ZT3YUXPF.mjs";
import {
  appNamed,
  openContext,
  planFor
} from "./chunk-4GGHG25B.mjs";
import "./chunk-OT6TI2CT.mjs";
import "./chunk-3OTJBTZC.mjs";
import "./chunk-4ABQ7PY5.mjs";
import "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/start.ts
async function start(world, options) {
  const context = await openContext(world, options);
  const configured = appNamed(context, options.app);
  const plan = planFor(context, configured, options.plan);
  const { app, version, reason } = options;
  const result = await startRollout(context.platform, { app, version, plan, reason, actor: context.actor });
  await report(context, await withPublished(result, { store: context.store, place: configured.place }), options.json);
}
export {
  start
};
