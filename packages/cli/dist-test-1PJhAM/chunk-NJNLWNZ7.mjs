import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  lnHoldAt,
  lnRollbackAt
} from "./chunk-YKEO2KDF.mjs";

// src/tree.ts
function drawTree(status, pc) {
  const { pointer, rollout } = status;
  const head = `${pc.bold(status.app)} ${pc.dim(status.kind)} ${versions(status, pc)}`;
  const running = rollout !== null && rollout.outcome === null;
  const lines = running ? runningLines(rollout, pc) : [];
  const blocked = pointer?.blocked ?? [];
  if (blocked.length > 0) lines.push(["blocked", blocked.join(", ")]);
  lines.push(["why", status.sentence]);
  const drawn = lines.map(([name, text], i) => {
    const branch = i === lines.length - 1 ? "\u2514\u2500" : "\u251C\u2500";
    return `${pc.dim(branch)} ${pc.dim(name.padEnd(9))} ${text}`;
  });
  return [head, ...drawn].join("\n");
}
function versions({ pointer, drifted }, pc) {
  if (pointer === null) return pc.dim("nothing deployed");
  const stable = pc.green(pointer.version);
  const shown = pointer.canaryVersion === null ? stable : `${stable} \u2192 ${pc.yellow(pointer.canaryVersion)}`;
  return drifted ? `${shown} ${pc.red("drifted")}` : shown;
}
function runningLines(rollout, pc) {
  const observed = rollout.observedPercent === null ? "none yet" : `${rollout.observedPercent.toFixed(1)} %`;
  return [
    ["stage", `${stages(rollout, pc)} ${String(rollout.stage)} of ${String(rollout.stages)}, plan ${rollout.plan}`],
    ["share", `desired ${String(rollout.desiredPercent)} %, observed ${observed}`],
    ["soak", soak(rollout)],
    ["canary", arm(rollout.canaryCounts)],
    ["stable", arm(rollout.stableCounts)],
    ["rollback", meter(rollout.evidence.lnRollback / lnRollbackAt, pc.red, pc)],
    ["hold", meter(rollout.evidence.lnHold / lnHoldAt, pc.yellow, pc)]
  ];
}
function stages({ stage, stages: of }, pc) {
  return Array.from(
    { length: of },
    (_, i) => i + 1 < stage ? "\u25CF" : i + 1 === stage ? pc.yellow("\u25C9") : pc.dim("\u25CB")
  ).join("\u2500");
}
function soak(rollout) {
  const left = rollout.soakLeftMs === 0 ? "done" : `${duration(rollout.soakLeftMs)} of ${duration(rollout.soakMs)} left`;
  return rollout.sessionsMissing === 0 ? left : `${left}, ${String(rollout.sessionsMissing)} more canary ${rollout.sessionsMissing === 1 ? "session" : "sessions"} needed`;
}
function arm(counts) {
  const share = counts.sessions === 0 ? "" : ` (${(100 * counts.failed / counts.sessions).toFixed(2)} %)`;
  return `${counts.sessions.toLocaleString("en")} sessions, ${counts.failed.toLocaleString("en")} failed${share}`;
}
function meter(share, colour, pc) {
  const filled = Math.max(0, Math.min(20, Math.round(share * 20)));
  const percent = String(Math.max(0, Math.round(share * 100))).padStart(3);
  return `${colour("\u2588".repeat(filled))}${pc.dim("\u2591".repeat(20 - filled))} ${percent} % of enough`;
}
function duration(ms) {
  const seconds = Math.ceil(ms / 1e3);
  if (seconds < 120) return `${String(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${String(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}

export {
  drawTree
};
