import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  say
} from "./chunk-3OTJBTZC.mjs";

// src/commands/result.ts
async function report(context, result, json) {
  if (result.kind === "refused") throw result.error;
  const { kind, summary, status } = result;
  const served = kind === "done" ? await untilServed(context, status) : void 0;
  const lines = served === void 0 ? [summary] : [summary, inWords(context, served)];
  const servedAfterMs = served?.kind === "served" ? served.afterMs : null;
  say(json, { result: kind, summary, servedAfterMs, status }, lines.join("\n"));
}
var longestMs = 5e3;
async function untilServed(context, { app, pointer }) {
  const { begunMs } = context;
  const lastMs = performance.now() + longestMs;
  do {
    const seen = await generationAtEdge(context, app);
    if (seen === void 0) return { kind: "no-edge" };
    if (seen >= (pointer?.generation ?? 0)) {
      return { kind: "served", afterMs: Math.round(performance.now() - begunMs) };
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  } while (performance.now() < lastMs);
  return { kind: "not-yet" };
}
function inWords(context, served) {
  switch (served.kind) {
    case "served":
      return `Served by the edge ${String(served.afterMs)} ms after the command.`;
    case "no-edge":
      return `No edge answers at ${edgeUrl(context)}: not measured when it is served. Start it with \`sluice serve\`.`;
    case "not-yet":
      return `The edge at ${edgeUrl(context)} does not serve it after ${String(longestMs / 1e3)} s: is it the edge of another store? See \`sluice doctor\`.`;
  }
}
async function generationAtEdge(context, app) {
  try {
    const response = await fetch(`${edgeUrl(context)}/platform-index.json`, { signal: AbortSignal.timeout(1e3) });
    const index = await response.json();
    const entry = index.apps?.[app];
    return entry === void 0 ? -1 : entry.generation ?? 0;
  } catch {
    return void 0;
  }
}
function edgeUrl({ target }) {
  return `http://${target.edge.host}:${String(target.edge.port)}`;
}

export {
  report
};
