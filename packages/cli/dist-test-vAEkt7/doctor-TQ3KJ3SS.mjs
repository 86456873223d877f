import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import "./chunk-F5DETYDS.mjs";
import {
  readHistory,
  readStatus
} from "./chunk-ZT3YUXPF.mjs";
import {
  loadConfig,
  newId,
  openContext
} from "./chunk-4GGHG25B.mjs";
import {
  parseIndexDocument,
  parsePointerDocument
} from "./chunk-OT6TI2CT.mjs";
import {
  say
} from "./chunk-3OTJBTZC.mjs";
import {
  coloursFor
} from "./chunk-4ABQ7PY5.mjs";
import {
  DeliveryError,
  errorCodes,
  indexKey,
  parseVersionId,
  pointerKey,
  storeMarkerKey
} from "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";

// src/doctor/finding.ts
function fine(check, text) {
  return { check, ok: true, text, details: [], exit: 0 };
}
function wrong(check, { code, text, remedy, details = [] }) {
  return { check, ok: false, text, details, remedy, code, exit: errorCodes[code].exit };
}
function fromError(check, error) {
  if (!(error instanceof DeliveryError)) throw error;
  const { code, message, remedy, details } = error;
  return wrong(check, { code, text: message, remedy, details });
}
function inWords({ check, ok, text, details, remedy }, pc) {
  return [
    `${ok ? pc.green("\u2713") : pc.red("\u2717")} ${check.padEnd(13)} ${text}`,
    ...details.map((detail) => `    ${pc.dim("\xB7")} ${detail}`),
    ...remedy === void 0 ? [] : [`    ${remedy}`]
  ].join("\n");
}

// src/doctor/check-app.ts
async function checkApp(context, app) {
  const check = app.place.app;
  try {
    const status = await readStatus(context.platform, app);
    await readHistory(context.platform, app);
    const flaws = await flawsOf(context, app, status);
    if (flaws.length > 0) {
      const text = "what the pointer names is not whole";
      const remedy2 = `Publish it again from the same build, or \`sluice rollback ${check}\`.`;
      return wrong(check, { code: "version-altered", text, remedy: remedy2, details: flaws });
    }
    if (!status.drifted) return fine(check, status.sentence);
    const remedy = `See \`sluice status ${check}\`; \`sluice start\` or \`sluice rollback --to\` takes over from there.`;
    return wrong(check, { code: "pointer-drifted", text: status.sentence, remedy });
  } catch (error) {
    return fromError(check, error);
  }
}
var mostListed = 5;
async function flawsOf(context, app, { pointer }) {
  const flaws = [];
  for (const name of [pointer?.version, pointer?.canaryVersion]) {
    const version = parseVersionId(name);
    if (version === void 0) continue;
    const problems = await context.platform.problemsOf(app, version);
    if (problems === void 0) flaws.push(`${version} is not published`);
    for (const problem of problems?.slice(0, mostListed) ?? []) flaws.push(`${version}: ${problem}`);
    const more = (problems?.length ?? 0) - mostListed;
    if (more > 0) flaws.push(`${version}: and ${String(more)} more`);
  }
  return flaws;
}

// src/doctor/check-surroundings.ts
var least = [20, 19];
function checkNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > least[0] || major === least[0] && minor >= least[1]) return fine("node", version);
  const text = `${version} is older than ${least.join(".")}.`;
  return wrong("node", { code: "internal", text, remedy: "Install Node 20.19 or newer." });
}
var mostApartMs = 6e4;
async function checkAnswers(check, { host, port, path, now }) {
  const url = `http://${host}:${String(port)}${path}`;
  const start = `Start it with \`sluice serve\`.`;
  if (port === 0) return fine(check, "its port is any free one (0): not asked");
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2e3) });
    const text = `${url} answers ${String(response.status)}`;
    await response.arrayBuffer();
    if (!response.ok)
      return wrong(check, { code: "store-unreachable", text, remedy: "Look at what `sluice serve` says." });
    const apartMs = Math.abs(Date.parse(response.headers.get("date") ?? "") - now());
    if (!(apartMs > mostApartMs)) return fine(check, text);
    const clock = `${text}, but its clock and this one are ${String(Math.round(apartMs / 1e3))} s apart`;
    return wrong(check, { code: "internal", text: clock, remedy: "Set both by NTP." });
  } catch {
    return wrong(check, { code: "store-unreachable", text: `nothing answers at ${url}`, remedy: start });
  }
}

// src/doctor/check-store.ts
async function checkConfig(world, options) {
  try {
    const loaded = await loadConfig({ ...world, ...options });
    return { finding: fine("configuration", `${loaded.path}, target ${loaded.target.name}`), loaded };
  } catch (error) {
    return { finding: fromError("configuration", error) };
  }
}
async function openStore(world, options, { target }) {
  try {
    return { finding: fine("store", target.store), context: await openContext(world, options) };
  } catch (error) {
    return { finding: fromError("store", error) };
  }
}
async function checkMarker(store) {
  const check = "marker";
  const text = await textOf(store, storeMarkerKey);
  const schema = schemaOf(text ?? "");
  if (schema === 1) return fine(check, `${storeMarkerKey}, schema 1`);
  const remedy = 'Write { "schema": 1 } into it, or use the newer Sluice that made this store.';
  const code = schema === void 0 ? "document-invalid" : "schema-unknown";
  return wrong(check, { code, text: `${storeMarkerKey} has no schema that this Sluice knows.`, remedy });
}
function schemaOf(text) {
  try {
    return JSON.parse(text)?.schema;
  } catch {
    return void 0;
  }
}
async function checkFileSystem(store) {
  const check = "writes";
  const key = `sluice-doctor-${newId()}.json`;
  const bytes = new TextEncoder().encode("{}\n");
  try {
    const results = await Promise.all([1, 2].map(() => store.write(key, bytes, { kind: "absent" })));
    const back = await store.read(key);
    const winners = results.filter(({ kind }) => kind === "written").length;
    if (winners === 1 && back?.bytes.length === bytes.length)
      return fine(check, "whole and durable; of two writers one wins");
    const text = `of two writers ${String(winners)} won: this file system cannot hold a store`;
    return wrong(check, { code: "store-unreachable", text, remedy: "Put the store on a local disk." });
  } catch (error) {
    return fromError(check, error);
  } finally {
    await store.remove(key).catch(() => void 0);
  }
}
async function checkIndex({ store, platform }) {
  const check = "index";
  const remedy = "It is a copy: the next tick of a controller writes it anew (`sluice serve`).";
  try {
    const text = await textOf(store, indexKey);
    const pointers = await Promise.all(
      platform.apps.map(async ({ place }) => ({
        app: place.app,
        pointer: parsed(await textOf(store, pointerKey(place)))
      }))
    );
    const deployed = pointers.filter(({ pointer }) => pointer !== void 0);
    if (text === void 0 && deployed.length === 0) return fine(check, "not there yet: nothing is deployed");
    const index = parseIndexDocument(text ?? "");
    if (index.kind === "invalid") {
      const details2 = index.issues.map(({ place, problem }) => `${place}: ${problem}`);
      return wrong(check, { code: "document-invalid", text: `${indexKey} cannot be read`, remedy, details: details2 });
    }
    const details = deployed.flatMap(({ app, pointer }) => apart(app, pointer, index.value.apps[app]));
    if (details.length === 0) return fine(check, `in line with ${String(deployed.length)} pointers`);
    return wrong(check, { code: "document-invalid", text: `${indexKey} is behind`, remedy, details });
  } catch (error) {
    return fromError(check, error);
  }
}
function apart(app, pointer, entry) {
  if (pointer === void 0) return [];
  const says = (one) => one === void 0 ? "nothing" : `${one.version}, canary ${one.canaryVersion ?? "none"} at ${String(one.canaryPercent)} %`;
  return says(pointer) === says(entry) ? [] : [`${app}: the pointer says ${says(pointer)}; the index says ${says(entry)}.`];
}
function parsed(text) {
  const pointer = text === void 0 ? void 0 : parsePointerDocument(text);
  return pointer?.kind === "ok" ? pointer.value : void 0;
}
async function textOf(store, key) {
  const found = await store.read(key);
  return found && new TextDecoder().decode(found.bytes);
}

// src/commands/doctor.ts
async function doctor(world, options) {
  const findings = await findAll(world, options);
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  const bad = findings.filter(({ ok }) => !ok);
  const sum = bad.length === 0 ? "All is well." : `${String(bad.length)} of ${String(findings.length)} checks failed.`;
  say(options.json, { ok: bad.length === 0, findings }, [...findings.map((one) => inWords(one, pc)), sum].join("\n"));
  return bad[0]?.exit ?? 0;
}
async function findAll(world, options) {
  const config = await checkConfig(world, options);
  const first = [checkNode(process.versions.node), config.finding];
  if (config.loaded === void 0) return first;
  const opened = await openStore(world, options, config.loaded);
  const { edge, controller } = config.loaded.target;
  const answers = [
    checkAnswers("edge", { ...edge, path: "/platform-index.json", now: world.now }),
    checkAnswers("controller", { ...controller, path: "/api/health", now: world.now })
  ];
  if (opened.context === void 0) return [...first, opened.finding, ...await Promise.all(answers)];
  const { context } = opened;
  return [
    ...first,
    opened.finding,
    await checkMarker(context.store),
    await checkFileSystem(context.store),
    ...await Promise.all(context.platform.apps.map((app) => checkApp(context, app))),
    await checkIndex(context),
    ...await Promise.all(answers)
  ];
}
export {
  doctor
};
