import type { Actor, AppId, OverrideName } from '@sluice/core';
import { pointerKey } from '@sluice/core';
import {
  abortRollout,
  advanceRollout,
  blockVersion,
  pauseRollout,
  promoteRollout,
  releaseTheLine,
  resumeRollout,
  retryRollout,
  rollBack,
  startGroup,
  startRollout,
  stopTheLine,
  type CommandResult,
  type Platform,
  type PlatformApp,
} from '@sluice/controller/commands';
import type { Observer } from './invariants.js';
import { groupName, versions } from './setting.js';
import type { World } from './world.js';

const anna: Actor = { kind: 'person', name: 'anna' };

export interface Actions {
  readonly world: World;
  readonly observer: Observer;
}

/** A person types a command in a process of its own, which may die at any line. */
export async function typeCommand({ world, observer }: Actions): Promise<string> {
  const { random, setting } = world;
  const app = random.pick(setting.apps);
  const process = world.newProcess();
  const platform = world.platformFor(process);
  const chosen = choose(world, { platform, app });
  // It may have written, whatever it answers: a time-out can hide a success.
  observer.commanded(setting.apps.map(({ place }) => place.app));
  try {
    const result = await chosen.run();
    if (chosen.name === 'abort' && 'status' in result) observer.aborted(result.status.rollout?.id ?? '');
    return `${chosen.name} ${app.place.app}: ${'error' in result ? result.error.code : result.kind}`;
  } catch (error) {
    return `${chosen.name} ${app.place.app}: ${String(error)}`;
  }
}

type Run = () => Promise<CommandResult | { readonly kind: string }>;

function choose(
  world: World,
  { platform, app }: { readonly platform: Platform; readonly app: PlatformApp },
): { readonly name: string; readonly run: Run } {
  const { random, setting } = world;
  const overrides: readonly OverrideName[] = random.chance(0.1) ? ['weight-cap', 'freeze', 'limit'] : [];
  const asked = { app: app.place.app, actor: anna, reason: 'on purpose', overrides };
  const version = random.pick(versions);
  const plan = setting.plan();
  const users = random.chance(0.3) ? ('same' as const) : undefined;
  const start: Run = () => startRollout(platform, { ...asked, version, plan, users });
  const group: Run = () =>
    startGroup(platform, {
      ...asked,
      group: groupName,
      plan,
      versions: { mfe1: version, mfe2: random.pick(versions) },
    });
  const all: readonly (readonly [string, number, Run])[] = [
    [`start ${version}`, 6, start],
    [`hotfix ${version}`, 1, () => startRollout(platform, { ...asked, version, plan, users, superseding: 'replace' })],
    [`group ${version}`, 3, group],
    ['advance', 2, () => advanceRollout(platform, asked)],
    ['promote', 1, () => promoteRollout(platform, asked)],
    ['pause', 1, () => pauseRollout(platform, asked)],
    ['resume', 2, () => resumeRollout(platform, asked)],
    ['abort', 2, () => abortRollout(platform, asked)],
    ['rollback', 1, () => rollBack(platform, { ...asked, plan, repeat: random.chance(0.5) ? 'further' : undefined })],
    [`rollback --to ${version}`, 1, () => rollBack(platform, { ...asked, plan, to: version, speed: 'at-once' })],
    ['retry', 1, () => retryRollout(platform, { ...asked, plan })],
    [`block ${version}`, 1, () => blockVersion(platform, { ...asked, version })],
    ['stop', 0.5, () => stopTheLine(platform, asked)],
    ['release', 1, () => releaseTheLine(platform, asked)],
  ];
  let at = random.next() * all.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight, run] of all) {
    at -= weight;
    if (at < 0) return { name, run };
  }
  return { name: 'release', run: () => releaseTheLine(platform, asked) };
}

/** A human edits a pointer by hand, or with the brief's own script, or spoils it. */
export async function editByHand({ world, observer }: Actions): Promise<string> {
  const { random, setting, disk } = world;
  const { place } = random.pick(setting.apps);
  const text = await world.text(pointerKey(place));
  if (text === undefined) return 'nothing to edit';
  const kind = random.chance(0.2) ? 'garbled' : 'sound';
  const written = kind === 'garbled' ? text.slice(0, random.below(text.length)) : handWritten(world, text);
  // The same bytes again are no edit that anybody could see.
  if (written === text) return `${place.app} saved by hand, unchanged`;
  await disk.write(pointerKey(place), new TextEncoder().encode(written));
  observer.wroteByHand(place.app, written);
  return `${place.app} edited by hand (${kind})`;
}

function handWritten({ random, nowMs }: World, text: string): string {
  const version = random.pick(versions);
  const byScript = { version, canaryVersion: null, canaryPercent: 0, lastUpdated: new Date(nowMs).toISOString() };
  if (random.chance(0.5)) return JSON.stringify(byScript);
  const before = parsedOr(text, byScript);
  const percent = random.pick([0, 1, 10, 50]);
  return JSON.stringify({
    ...before,
    canaryPercent: percent,
    ...(random.chance(0.5) ? { generation: random.below(60) } : {}),
  });
}

function parsedOr(text: string, instead: object): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : instead;
  } catch {
    return instead;
  }
}

/** A garbled pointer is mended by a person, as the error says. */
export async function mend({ world, observer }: Actions, app: AppId): Promise<void> {
  const found = world.setting.apps.find(({ place }) => place.app === app);
  if (found === undefined) return;
  const sound = { version: 'v1.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '2026-01-15T12:00:00Z' };
  const text = JSON.stringify(sound);
  await world.disk.write(pointerKey(found.place), new TextEncoder().encode(text));
  observer.wroteByHand(app, text);
}
