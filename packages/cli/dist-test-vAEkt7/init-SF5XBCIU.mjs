import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  findConfig,
  initFolderStore,
  loadConfig,
  newId
} from "./chunk-4GGHG25B.mjs";
import "./chunk-OT6TI2CT.mjs";
import {
  say
} from "./chunk-3OTJBTZC.mjs";
import "./chunk-4ABQ7PY5.mjs";
import {
  DeliveryError,
  parseAppId
} from "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/commands/init.ts
import { link, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

// src/commands/init-config.ts
function configText(apps) {
  const lines = apps.map(({ app, kind }) => `    ${app.includes("-") ? `'${app}'` : app}: { kind: '${kind}' },`);
  return `import { defineConfig } from '@sluice/schema';

export default defineConfig({
  apps: {
${lines.join("\n")}
  },
  // The plan "standard": 5 % 15 min, 25 % 30 min, 50 % 30 min, 100 % with a bake of 30 min. Write your own under
  // plans: { careful: { stages: [{ percent: 1, soak: '1h' }, { percent: 10, soak: '2h' }], bake: '1d' } }.
  plan: 'standard',
  targets: {
    local: { store: '.sluice/store', telemetry: '.sluice/telemetry', edge: { port: 4400 }, controller: { port: 4401 } },
  },
});
`;
}

// src/commands/init.ts
async function init(world, options) {
  const apps = appsOf(options);
  const path = resolve(world.cwd, options.config ?? "sluice.config.ts");
  const present = await findConfig({ ...world, config: path });
  const root = present === void 0 ? resolve(dirname(path), ".sluice/store") : await storeOf(world, options, present);
  const store = await initFolderStore({ root });
  const written = present === void 0 && await writeOnce(path, configText(apps));
  const lines = [
    written ? `Wrote ${path}.` : `${path} is there already and stays as it is${asked(options)}.`,
    store === "created" ? `Made the store ${root}.` : `The store ${root} is there already and stays as it is.`,
    "Next:",
    ...written ? apps.map(
      ({ app }) => `  sluice publish <build of ${app}> --app ${app} --version v1.0.0 && sluice start ${app} v1.0.0`
    ) : ["  sluice status"],
    "  sluice serve"
  ];
  say(options.json, { config: path, written, store: root, created: store === "created" }, lines.join("\n"));
}
async function storeOf(world, options, path) {
  const { target } = await loadConfig({ ...world, config: path, target: options.target });
  return target.store;
}
function asked({ shell, remote }) {
  return shell.length + remote.length === 0 ? "" : ": add the apps to it by hand";
}
function appsOf({ shell, remote }) {
  const typed = [
    ...shell.map((app) => ({ app, kind: "shell" })),
    ...remote.map((app) => ({ app, kind: "remote" }))
  ];
  const names = typed.map(({ app }) => app);
  const details = [...new Set(names)].flatMap((app) => [
    ...parseAppId(app) === void 0 || app === "constructor" ? [`"${app}" cannot be an app's name.`] : [],
    ...names.indexOf(app) === names.lastIndexOf(app) ? [] : [`"${app}" is named more than once.`]
  ]);
  if (shell.length > 1)
    details.push(`${String(shell.length)} shells: the second needs a \`mount\`, which you add by hand.`);
  if (details.length > 0) {
    throw new DeliveryError({
      code: "app-name-invalid",
      message: `No configuration can be made of ${names.join(", ")}.`,
      remedy: 'Use a-z, 0-9 and "-", at most 32, a letter first, each once; not "api" or "sluice".',
      details
    });
  }
  return typed.length > 0 ? typed : [
    { app: "shell", kind: "shell" },
    { app: "mfe1", kind: "remote" }
  ];
}
async function writeOnce(path, text) {
  const temporary = `${path}.${newId()}`;
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await link(temporary, path);
    return true;
  } catch (cause) {
    const code = cause.code ?? "";
    if (code === "EEXIST") return false;
    throw new DeliveryError({
      code: code === "ENOSPC" ? "store-full" : "config-invalid",
      message: `"${path}" cannot be written (${code}).`,
      remedy: "Free some space or name another file with --config, then run the same command again.",
      cause
    });
  } finally {
    await rm(temporary, { force: true });
  }
}
export {
  init
};
