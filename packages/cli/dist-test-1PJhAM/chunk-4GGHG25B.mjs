import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  parseConfig
} from "./chunk-OT6TI2CT.mjs";
import {
  DeliveryError,
  parseVersionId,
  storeMarkerKey
} from "./chunk-YKEO2KDF.mjs";

// ../local/src/folder-store.ts
import { createHash as createHash2, randomBytes as randomBytes2 } from "node:crypto";
import { mkdir as mkdir2, open as open2, readdir as readdir2, readFile as readFile2, realpath, rename, rm as rm2, stat } from "node:fs/promises";
import { dirname as dirname2, join as join2, resolve, sep } from "node:path";

// ../local/src/ensure-folder.ts
import { mkdir } from "node:fs/promises";

// ../local/src/folder-errors.ts
function codeOf(error) {
  return error instanceof Error ? error.code : void 0;
}
async function guarded(root, work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw translated(root, error);
  }
}
var full = ["ENOSPC", "EDQUOT", "EFBIG"];
var readOnly = ["EROFS", "EACCES", "EPERM"];
function translated(root, error) {
  const code = codeOf(error) ?? "unknown";
  const found = full.includes(code) ? {
    code: "store-full",
    what: "No space is left",
    remedy: "Free some space, then run the same command again: it goes on where it stopped."
  } : readOnly.includes(code) ? {
    code: "store-read-only",
    what: "It may not be written",
    remedy: "Give this user write access to the folder, then run the same command again."
  } : {
    code: "store-unreachable",
    what: "It cannot be read or written",
    remedy: code === "EMFILE" ? "Raise the limit of open files (ulimit -n), then try again." : "Check the disk or mount, then try again."
  };
  return new DeliveryError({
    code: found.code,
    message: `The store "${root}" failed: ${found.what} (${code}). Nothing was half-written.`,
    remedy: found.remedy,
    cause: error
  });
}

// ../local/src/ensure-folder.ts
async function ensureFolder(path) {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

// ../local/src/etag.ts
import { createHash } from "node:crypto";
function etagOf(bytes) {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}

// ../local/src/folder-lock.ts
import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
async function withFolderLock(folder, work) {
  const release = await acquire(folder);
  try {
    return await work();
  } finally {
    await release();
  }
}
async function acquire(folder) {
  await ensureFolder(dirname(folder));
  await ensureFolder(folder);
  for (let attempt = 0; ; attempt += 1) {
    if (await othersAlive(folder, void 0) === 0) {
      const own = await announce(folder);
      const withdraw = () => rm(join(folder, own), { force: true });
      try {
        if (await othersAlive(folder, own) === 0) return withdraw;
      } catch (error) {
        await withdraw();
        throw error;
      }
      await withdraw();
    }
    await wait(1 + Math.random() * Math.min(40, 4 * (attempt + 1)));
  }
}
async function announce(folder) {
  const name = `${String(process.pid)}-${await birthOf(process.pid)}-${randomBytes(8).toString("hex")}`;
  const file = await open(join(folder, name), "wx");
  await file.close();
  return name;
}
async function othersAlive(folder, own) {
  let alive = 0;
  for (const name of await readdir(folder)) {
    if (name === own) continue;
    if (await isAlive(name)) alive += 1;
    else await rm(join(folder, name), { force: true });
  }
  return alive;
}
async function isAlive(name) {
  const [pidText, birth] = name.split("-");
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return false;
  }
  const now = await birthOf(pid);
  return now === birth || now === unknownBirth || birth === unknownBirth;
}
var unknownBirth = "x";
async function birthOf(pid) {
  try {
    const stat2 = await readFile(`/proc/${String(pid)}/stat`, "utf8");
    const afterName = stat2.slice(stat2.lastIndexOf(")") + 2).split(" ");
    return afterName[0] === "Z" ? "zombie" : afterName[19] ?? unknownBirth;
  } catch {
    return unknownBirth;
  }
}

// ../local/src/key.ts
function checkKey(key) {
  const wrong = key.split("/").some((segment) => segment === "" || segment.startsWith(".") || /[\\\0]/.test(segment) || segment.length > 255);
  if (!wrong && key.length <= 1024) return key;
  throw new DeliveryError({
    code: "usage",
    message: `"${key.slice(0, 200)}" is not a key of a store.`,
    remedy: 'Keys are relative paths like mfe1/v1.0.0/remoteEntry.js, without "..", hidden or empty parts.'
  });
}

// ../local/src/memory-store.ts
function holds(present, condition) {
  switch (condition?.kind) {
    case void 0:
      return true;
    case "absent":
      return present === void 0;
    case "matches":
      return present?.etag === condition.etag;
  }
}

// ../local/src/folder-store.ts
async function createFolderStore(options) {
  const root = await rootOf(resolve(options.root));
  return {
    read: async (key) => guarded(root, () => readObject(root, checkKey(key))),
    write: async (key, bytes, condition) => guarded(root, () => writeObject({ root, key: checkKey(key), bytes, condition })),
    list: async (prefix) => guarded(root, () => listObjects(root, prefix)),
    remove: async (key) => guarded(root, () => rm2(join2(root, checkKey(key)), { force: true }))
  };
}
async function initFolderStore(options) {
  const root = resolve(options.root);
  return guarded(root, async () => {
    await mkdir2(root, { recursive: true });
    const content = await readdir2(root);
    if (content.includes(storeMarkerKey)) return "present";
    if (content.length > 0) {
      throw new DeliveryError({
        code: "store-not-found",
        message: `"${root}" is not empty and not a Sluice store: it has ${content.slice(0, 3).join(", ")}.`,
        remedy: "Name an empty or a new folder as `store` of the target in sluice.config."
      });
    }
    const bytes = new TextEncoder().encode('{ "schema": 1 }\n');
    await writeObject({ root, key: storeMarkerKey, bytes, condition: void 0 });
    return "created";
  });
}
async function rootOf(root) {
  try {
    const real = await realpath(root);
    await stat(join2(real, storeMarkerKey));
    return real;
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw error;
    throw new DeliveryError({
      code: "store-not-found",
      message: `"${root}" is not a Sluice store: there is no ${storeMarkerKey} in it.`,
      remedy: "Make one with `sluice init`, or correct `store` of the target in sluice.config.",
      cause: error
    });
  }
}
async function readObject(root, key) {
  try {
    const path = await realpath(join2(root, key));
    if (!path.startsWith(root + sep)) return void 0;
    const bytes = await readFile2(path);
    return { bytes, etag: etagOf(bytes) };
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return void 0;
    throw error;
  }
}
async function writeObject(write) {
  const { root, key, bytes, condition } = write;
  const lock = join2(root, ".locks", createHash2("sha256").update(key).digest("hex").slice(0, 16));
  return withFolderLock(lock, async () => {
    if (condition !== void 0 && !holds(await readObject(root, key), condition)) return { kind: "conflict" };
    await replace(root, key, bytes);
    return { kind: "written", etag: etagOf(bytes) };
  });
}
async function replace(root, key, bytes) {
  const target = join2(root, key);
  const temporary = join2(root, ".tmp", randomBytes2(12).toString("hex"));
  await ensureFolder(join2(root, ".tmp"));
  await mkdir2(dirname2(target), { recursive: true });
  try {
    const file = await open2(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm2(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname2(target));
}
async function syncFolder(folder) {
  const handle = await open2(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
async function listObjects(root, prefix) {
  const keys = [];
  const base = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  await walk({ root, key: base, prefix, keys });
  return keys.toSorted((a, b) => a.key < b.key ? -1 : 1);
}
async function walk(at) {
  for (const entry of await entriesOf(join2(at.root, at.key))) {
    const key = `${at.key}${entry.name}`;
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory() && (`${key}/`.startsWith(at.prefix) || at.prefix.startsWith(`${key}/`))) {
      await walk({ ...at, key: `${key}/` });
    } else if (entry.isFile() && key.startsWith(at.prefix)) {
      at.keys.push({ key, size: (await stat(join2(at.root, key))).size });
    }
  }
}
async function entriesOf(folder) {
  try {
    return await readdir2(folder, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
    throw error;
  }
}

// ../local/src/journal.ts
import { mkdir as mkdir3, open as open3, readFile as readFile3 } from "node:fs/promises";
import { join as join3, resolve as resolve2 } from "node:path";
function createFolderJournal(options) {
  const root = resolve2(options.root);
  const path = (rolloutId) => join3(root, `${checkId(rolloutId)}.jsonl`);
  return {
    append: async (rolloutId, line) => guarded(root, () => appendLine(root, path(rolloutId), line)),
    read: async (rolloutId) => guarded(root, async () => (await wholeText(path(rolloutId))).split("\n").slice(0, -1))
  };
}
async function appendLine(root, path, line) {
  await mkdir3(root, { recursive: true });
  const file = await open3(path, "a+");
  try {
    const { size } = await file.stat();
    const end = size === 0 ? 0 : await wholeEnd(path, size);
    if (end < size) await file.truncate(end);
    await file.appendFile(`${line}
`);
    await file.sync();
  } finally {
    await file.close();
  }
}
async function wholeEnd(path, size) {
  const file = await open3(path, "r");
  try {
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, size - 1);
    if (last.toString() === "\n") return size;
  } finally {
    await file.close();
  }
  return Buffer.byteLength(await wholeText(path));
}
async function wholeText(path) {
  try {
    const bytes = await readFile3(path);
    return bytes.subarray(0, bytes.lastIndexOf(10) + 1).toString("utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  }
}
function checkId(rolloutId) {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(rolloutId)) return rolloutId;
  throw new DeliveryError({
    code: "usage",
    message: `"${rolloutId.slice(0, 128)}" is not the id of a rollout.`,
    remedy: 'Ids are letters, digits, "-" and "_".'
  });
}

// src/load-config.ts
import { access, readFile as readFile4 } from "node:fs/promises";
import { dirname as dirname3, extname as extname2, join as join5, resolve as resolve3 } from "node:path";

// src/evaluate-config.ts
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { extname, join as join4 } from "node:path";
import { pathToFileURL } from "node:url";
async function evaluate(path, env) {
  const module = [".ts", ".mts"].includes(extname(path)) ? await compile(path, env) : await load(path, env);
  if (typeof module === "object" && module !== null && "default" in module) return module.default;
  throw new Error("it has no default export.");
}
async function load(path, env) {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("'@sluice/schema'")) throw error;
    return compile(path, env);
  }
}
async function compile(path, env) {
  const { createJiti } = createRequire(import.meta.url)("jiti");
  const schema = await import("./src-LLM5RAYU.mjs");
  const jiti = createJiti(path, {
    // In the user's own cache: jiti's default, a folder of the same name for all users of the machine, is nobody's.
    fsCache: join4(env["XDG_CACHE_HOME"] ?? join4(homedir(), ".cache"), "sluice", "config"),
    virtualModules: { "@sluice/schema": schema }
  });
  return jiti.import(path);
}

// src/load-config.ts
var names = ["ts", "mts", "js", "mjs", "json"].map((ending) => `sluice.config.${ending}`);
async function loadConfig(wish) {
  const path = await findConfig(wish);
  if (path === void 0) throw noConfig(wish);
  const parsed = parseConfig(await load2(path, wish));
  if (parsed.kind === "invalid") {
    throw new DeliveryError({
      code: "config-invalid",
      message: `"${path}" has ${String(parsed.issues.length)} ${parsed.issues.length === 1 ? "problem" : "problems"}.`,
      remedy: "Correct them, then run `sluice doctor`.",
      details: parsed.issues.map(({ place, problem, remedy }) => `${place}: ${problem} ${remedy}`)
    });
  }
  const target = targetNamed(parsed.value, wish.target);
  const from = dirname3(path);
  return {
    path,
    config: parsed.value,
    target: { ...target, store: resolve3(from, target.store), telemetry: resolve3(from, target.telemetry) }
  };
}
async function findConfig(wish) {
  if (wish.config === void 0) return nearest(wish.cwd);
  const path = resolve3(wish.cwd, wish.config);
  return await exists(path) ? path : void 0;
}
async function nearest(from) {
  for (const name of names) {
    const path = join5(from, name);
    if (await exists(path)) return path;
  }
  const above = dirname3(from);
  return above === from ? void 0 : nearest(above);
}
async function exists(path) {
  return access(path).then(
    () => true,
    () => false
  );
}
async function load2(path, { env }) {
  try {
    if (extname2(path) === ".json") return JSON.parse(await readFile4(path, "utf8"));
    return await evaluate(path, env);
  } catch (cause) {
    throw new DeliveryError({
      code: "config-invalid",
      message: `"${path}" cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      remedy: "Correct the file: it must have `export default defineConfig({ \u2026 })`.",
      cause
    });
  }
}
function targetNamed(config, wanted) {
  const name = wanted ?? (config.targets.has("local") ? "local" : config.targets.keys().next().value);
  const target = name === void 0 ? void 0 : config.targets.get(name);
  if (target !== void 0) return target;
  throw new DeliveryError({
    code: "config-invalid",
    message: `There is no target "${name ?? ""}" in sluice.config.`,
    remedy: `Choose one of ${[...config.targets.keys()].join(", ")} with --target.`
  });
}
function noConfig({ cwd, config }) {
  return new DeliveryError({
    code: "config-invalid",
    message: config === void 0 ? `There is no sluice.config.ts at or above "${cwd}".` : `The configuration "${resolve3(cwd, config)}" is not there.`,
    remedy: "Make one with `sluice init --shell shell --remote mfe1`, or name it with --config."
  });
}

// src/context.ts
import { randomBytes as randomBytes3 } from "node:crypto";
import { userInfo } from "node:os";
async function openContext(world, options) {
  const loaded = await loadConfig({ ...world, ...options });
  const begunMs = performance.now();
  const store = await createFolderStore({ root: loaded.target.store });
  const platform = {
    store,
    apps: loaded.config.apps.map(({ place, kind }) => ({ place, kind })),
    sampleRate: loaded.config.sampleRate,
    now: world.now,
    newId,
    problemsOf: async (app, name) => {
      const version = parseVersionId(name);
      if (version === void 0) return void 0;
      const { verifyVersion } = await import("./src-7MWLCQMY.mjs");
      return verifyVersion({ store, place: app.place, version });
    },
    rollbackWindowMs: loaded.config.rollbackWindowMs
  };
  return { ...loaded, store, platform, actor: actorOf(world), begunMs };
}
function newId() {
  return randomBytes3(16).toString("hex");
}
function actorOf(world) {
  const ci = world.env["GITHUB_ACTOR"];
  if (ci !== void 0 && ci !== "") return { kind: "script", name: ci };
  try {
    return { kind: "person", name: userInfo().username };
  } catch {
    return { kind: "person", name: "unknown" };
  }
}
function appNamed(context, name) {
  const found = context.config.apps.find(({ place }) => place.app === name);
  if (found !== void 0) return found;
  const known = context.config.apps.map(({ place }) => place.app).join(", ");
  throw new DeliveryError({
    code: "app-unknown",
    message: `There is no app "${name}" in ${context.path}; there are ${known}.`,
    remedy: "Choose one of these, or add it under `apps`."
  });
}
function planFor(context, app, name) {
  const plan = context.config.plans.get(name ?? app.plan);
  if (plan !== void 0) return plan;
  throw new DeliveryError({
    code: "plan-invalid",
    message: `There is no plan "${name ?? app.plan}" in ${context.path}.`,
    remedy: `Choose one of ${[...context.config.plans.keys()].join(", ")} with --plan, or add it under \`plans\`.`
  });
}

export {
  initFolderStore,
  createFolderJournal,
  loadConfig,
  findConfig,
  openContext,
  newId,
  appNamed,
  planFor
};
