import type { AppStatus, RolloutStatus } from '@sluice/controller/commands';
import type { Colours } from './colours.js';
import { evidenceLines } from './evidence-lines.js';

/** One app as a person reads it: where it is, what was seen, what it waits for. */
export function drawTree(status: AppStatus, pc: Colours): string {
  const { pointer, rollout } = status;
  const group = status.group === null ? '' : pc.dim(` in ${status.group}`);
  const head = `${pc.bold(status.app)} ${pc.dim(status.kind)}${group} ${versions(status, pc)}`;
  const running = rollout !== null && rollout.outcome === null;
  const lines = running ? runningLines(rollout, pc) : [];
  const blocked = pointer?.blocked ?? [];
  if (status.queued !== null) lines.push(['queued', `${status.queued.version}, by ${status.queued.by}`]);
  for (const route of status.served) lines.push(['served', routeLine(route)]);
  if (blocked.length > 0) lines.push(['blocked', blocked.join(', ')]);
  lines.push(['why', status.sentence]);
  const drawn = lines.map(([name, text], i) => {
    const branch = i === lines.length - 1 ? '└─' : '├─';
    return `${pc.dim(branch)} ${pc.dim(name.padEnd(9))} ${text}`;
  });
  return [head, ...drawn].join('\n');
}

/** What a router really serves, read back. */
function routeLine({ router, state, serves, percent, problem }: AppStatus['served'][number]): string {
  const why = problem === undefined ? '' : `: ${problem}`;
  if (serves === null) return `${router}: ${state}${why}`;
  const { version, canaryVersion } = serves;
  const canary = canaryVersion === null ? '' : ` → ${canaryVersion} at ${String(percent)} %`;
  return `${router}: ${state}, ${version}${canary}${why}`;
}

function versions({ pointer, drifted }: AppStatus, pc: Colours): string {
  if (pointer === null) return pc.dim('nothing deployed');
  const stable = pc.green(pointer.version);
  const shown = pointer.canaryVersion === null ? stable : `${stable} → ${pc.yellow(pointer.canaryVersion)}`;
  return drifted ? `${shown} ${pc.red('drifted')}` : shown;
}

function runningLines(rollout: RolloutStatus, pc: Colours): [string, string][] {
  const { counts, evidence, thresholds } = rollout.verdict;
  const observed = rollout.observedPercent === null ? 'none yet' : `${rollout.observedPercent.toFixed(1)} %`;
  return [
    ['stage', `${stages(rollout, pc)} ${String(rollout.stage)} of ${String(rollout.stages)}, ${plan(rollout, pc)}`],
    ['share', `desired ${desired(rollout)}, observed ${observed}`],
    ['soak', soak(rollout)],
    ['canary', arm(counts.canary)],
    ['stable', arm(counts.baseline)],
    ['rollback', meter(evidence.lnRollback / thresholds.lnRollback, pc.red, pc)],
    ['hold', meter(evidence.lnHold / thresholds.lnHold, pc.yellow, pc)],
    ['promote', meter(evidence.lnPromote / thresholds.lnPromote, pc.green, pc)],
    ...evidenceLines(rollout.verdict),
  ];
}

function plan({ plan: name, planChanged, mode, degraded }: RolloutStatus, pc: Colours): string {
  const changed = planChanged ? ' (changed in the configuration since; this rollout keeps its own)' : '';
  const observing = mode === 'observe' ? ', observing only' : '';
  return `plan ${name}${changed}${observing}${degraded ? `, ${pc.red('degraded')}` : ''}`;
}

function desired({ audience, desiredPercent }: RolloutStatus): string {
  return audience === null ? `${String(desiredPercent)} %` : `${audience} only`;
}

function stages({ stage, stages: of }: RolloutStatus, pc: Colours): string {
  return Array.from({ length: of }, (_, i) =>
    i + 1 < stage ? '●' : i + 1 === stage ? pc.yellow('◉') : pc.dim('○'),
  ).join('─');
}

function soak(rollout: RolloutStatus): string {
  const left =
    rollout.soakLeftMs === 0 ? 'done' : `${duration(rollout.soakLeftMs)} of ${duration(rollout.soakMs)} left`;
  return rollout.sessionsMissing === 0
    ? left
    : `${left}, ${String(rollout.sessionsMissing)} more canary ${rollout.sessionsMissing === 1 ? 'session' : 'sessions'} needed`;
}

function arm(counts: { readonly sessions: number; readonly failed: number }): string {
  const share = counts.sessions === 0 ? '' : ` (${((100 * counts.failed) / counts.sessions).toFixed(2)} %)`;
  return `${counts.sessions.toLocaleString('en')} sessions, ${counts.failed.toLocaleString('en')} failed${share}`;
}

/** ln E against the bound that acts, as a bar: full is enough. */
function meter(share: number, colour: (text: string) => string, pc: Colours): string {
  const filled = Math.max(0, Math.min(20, Math.round(share * 20)));
  const percent = String(Math.max(0, Math.round(share * 100))).padStart(3);
  return `${colour('█'.repeat(filled))}${pc.dim('░'.repeat(20 - filled))} ${percent} % of enough`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${String(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${String(minutes)} min` : `${(minutes / 60).toFixed(1)} h`;
}
