import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  publishVersion,
  readBootScript
} from "./chunk-TQTIRNWS.mjs";
import {
  appNamed,
  openContext
} from "./chunk-4GGHG25B.mjs";
import "./chunk-OT6TI2CT.mjs";
import {
  say
} from "./chunk-3OTJBTZC.mjs";
import "./chunk-4ABQ7PY5.mjs";
import {
  DeliveryError,
  parseVersionId
} from "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/publish.ts
import { resolve } from "node:path";

// src/progress.ts
var width = 30;
function createProgressLine(stream) {
  if (stream.isTTY === true) {
    return {
      show: (progress) => stream.write(`\r${bar(share(progress))} ${files(progress)}`),
      end: () => stream.write("\r\x1B[K")
    };
  }
  let quarter = 0;
  return {
    show: (progress) => {
      const reached = Math.floor(4 * share(progress));
      if (reached <= quarter) return;
      quarter = reached;
      stream.write(`uploaded ${files(progress)} (${String(25 * reached)} % of the bytes)
`);
    },
    end: () => void 0
  };
}
var noProgress = { show: () => void 0, end: () => void 0 };
function share({ bytesDone, bytesTotal }) {
  return bytesTotal === 0 ? 1 : Math.min(1, bytesDone / bytesTotal);
}
function bar(part) {
  const done = Math.round(width * part);
  return "\u2588".repeat(done) + "\u2591".repeat(width - done);
}
function files({ filesDone, filesTotal }) {
  return `${String(filesDone)}/${String(filesTotal)} files`;
}

// src/commands/publish.ts
async function publish(world, options) {
  const context = await openContext(world, options);
  const app = appNamed(context, options.app);
  const version = parseVersionId(options.version);
  if (version === void 0) {
    throw new DeliveryError({
      code: "version-name-invalid",
      message: `"${options.version}" is not a version.`,
      remedy: "Use v1.2.3, or v followed by 7 to 40 hex digits of the commit."
    });
  }
  const result = await withProgress(options, {
    store: context.store,
    place: app.place,
    kind: app.kind,
    version,
    dir: resolve(world.cwd, options.dir),
    now: world.now,
    bootScript: app.kind === "shell" ? await readBootScript() : void 0,
    commit: options.commit,
    builder: context.actor.name
  });
  if (result.kind === "refused") throw refusal(options, result);
  const { files: files2 } = result.manifest;
  const kilobytes = Math.round(files2.reduce((sum, { size }) => sum + size, 0) / 1024);
  const text = result.kind === "unchanged" ? `${options.app} ${version} is published already with the same bytes; nothing was written.` : `Published ${options.app} ${version}: ${String(files2.length)} files, ${String(kilobytes)} kB, verified.
Next: \`sluice start ${options.app} ${version}\`.`;
  say(options.json, { result: result.kind, manifest: result.manifest, uploaded: result.uploaded }, text);
}
async function withProgress(options, input) {
  const line = options.json === true ? noProgress : createProgressLine(process.stderr);
  try {
    return await publishVersion({ ...input, onProgress: line.show });
  } finally {
    line.end();
  }
}
function refusal(options, result) {
  const remedies = [...new Set(result.problems.map(({ remedy }) => remedy))];
  return new DeliveryError({
    code: result.code,
    message: result.code === "version-exists" ? `${options.app} ${options.version} is published with other bytes; versions never change.` : `"${options.dir}" cannot be published as ${options.app} ${options.version}: ${String(result.problems.length)} ${result.problems.length === 1 ? "problem" : "problems"}.`,
    remedy: remedies.join(" "),
    details: result.problems.map(({ place, problem }) => `${place}: ${problem}`)
  });
}
export {
  publish
};
