import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  report
} from "./chunk-GGY6XT5P.mjs";
import {
  abortRollout,
  advanceRollout,
  findApp,
  pauseRollout,
  promoteRollout,
  resumeRollout
} from "./chunk-F5DETYDS.mjs";
import {
  readStatus
} from "./chunk-ZT3YUXPF.mjs";
import {
  openContext
} from "./chunk-4GGHG25B.mjs";
import "./chunk-OT6TI2CT.mjs";
import "./chunk-3OTJBTZC.mjs";
import "./chunk-4ABQ7PY5.mjs";
import {
  DeliveryError,
  parseVersionId
} from "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/steer.ts
var commands = {
  advance: advanceRollout,
  promote: promoteRollout,
  pause: pauseRollout,
  resume: resumeRollout,
  abort: abortRollout
};
async function steer(world, options) {
  const context = await openContext(world, options);
  const expected = await expectation(context, options);
  const { app, reason } = options;
  const result = await commands[options.kind](context.platform, { app, reason, actor: context.actor, expected });
  await report(context, result, options.json);
}
async function expectation(context, options) {
  const { stage, generation } = options;
  const version = options.version === void 0 ? void 0 : parseVersionId(options.version);
  if (options.version !== void 0 && version === void 0) {
    throw new DeliveryError({
      code: "version-name-invalid",
      message: `"${options.version}" is not a version.`,
      remedy: "Use v1.2.3, or v followed by 7 to 40 hex digits of the commit."
    });
  }
  if (options.kind === "abort") return { version, stage, generation };
  const app = findApp(context.platform, options.app);
  if (app instanceof DeliveryError) throw app;
  const seen = (await readStatus(context.platform, app)).rollout;
  const there = seen === null ? void 0 : parseVersionId(seen.canary);
  return { version: version ?? there, stage: stage ?? seen?.stage, generation };
}
export {
  steer
};
