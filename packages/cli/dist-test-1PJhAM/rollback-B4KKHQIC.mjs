import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  withPublished
} from "./chunk-NL4EBHK3.mjs";
import {
  report
} from "./chunk-GGY6XT5P.mjs";
import {
  rollBack
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

// src/commands/rollback.ts
async function rollback(world, options) {
  const context = await openContext(world, options);
  const configured = appNamed(context, options.app);
  const result = await rollBack(context.platform, {
    app: options.app,
    actor: context.actor,
    reason: options.reason,
    plan: planFor(context, configured),
    to: options.to,
    repeat: options.further === true ? "further" : void 0,
    speed: options.force === true ? "at-once" : void 0
  });
  await report(context, await withPublished(result, { store: context.store, place: configured.place }), options.json);
}
export {
  rollback
};
