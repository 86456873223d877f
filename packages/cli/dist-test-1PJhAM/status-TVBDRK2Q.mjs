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
import "./chunk-OT6TI2CT.mjs";
import {
  say
} from "./chunk-3OTJBTZC.mjs";
import {
  coloursFor
} from "./chunk-4ABQ7PY5.mjs";
import "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/status.ts
async function status(world, options) {
  const context = await openContext(world, options);
  if (options.app !== void 0) appNamed(context, options.app);
  const apps = context.platform.apps.filter(({ place }) => options.app === void 0 || place.app === options.app);
  const statuses = await Promise.all(apps.map((app) => readStatus(context.platform, app)));
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  say(options.json, { apps: statuses }, statuses.map((one) => drawTree(one, pc)).join("\n"));
}
export {
  status
};
