import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  report
} from "./chunk-GGY6XT5P.mjs";
import {
  blockVersion
} from "./chunk-F5DETYDS.mjs";
import "./chunk-ZT3YUXPF.mjs";
import {
  openContext
} from "./chunk-4GGHG25B.mjs";
import "./chunk-OT6TI2CT.mjs";
import "./chunk-3OTJBTZC.mjs";
import "./chunk-4ABQ7PY5.mjs";
import "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/block.ts
async function block(world, options) {
  const context = await openContext(world, options);
  const { app, version, reason } = options;
  await report(
    context,
    await blockVersion(context.platform, { app, version, reason, actor: context.actor }),
    options.json
  );
}
export {
  block
};
