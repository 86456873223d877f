import { parseAppId, parseVersionId } from '@sluice/core';
import { nearestName } from './nearest-name.js';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';

type Written = Readonly<Record<string, unknown>>;

/** What is wrong with the apps beyond the shape of each: names, plans that are not there, folders and mounts shared. */
export function appIssues(config: Written, plans: readonly string[]): readonly Issue[] {
  const named = config['apps'];
  if (!isRecord(named)) return [];
  const apps = Object.entries(named).map(([name, app]) => ({ name, app: isRecord(app) ? app : {} }));
  if (apps.length === 0) {
    return [{ place: 'apps', problem: 'There is no app.', remedy: "Add one: mfe1: { kind: 'remote' }." }];
  }
  return [
    ...apps.flatMap(({ name }) => nameIssues(name)),
    ...planIssues('plan', config['plan'], plans),
    ...apps.flatMap(({ name, app }) => planIssues(`apps.${name}.plan`, app['plan'], plans)),
    ...prefixIssues(apps),
    ...mountIssues(apps),
  ];
}

interface App {
  readonly name: string;
  readonly app: Written;
}

function nameIssues(name: string): readonly Issue[] {
  // It obeys the rule of names, and every object has it: valibot and others leave such a key out in silence.
  if (parseAppId(name) !== undefined && name !== 'constructor') return [];
  const remedy = 'Use a-z, 0-9 and "-", at most 32, a letter first; not "api", "sluice" or "constructor".';
  return [{ place: `apps.${name}`, problem: `${showValue(name)} is not an app name.`, remedy }];
}

function planIssues(place: string, plan: unknown, plans: readonly string[]): readonly Issue[] {
  if (typeof plan !== 'string' || plans.includes(plan)) return [];
  const near = nearestName(plan, plans);
  const choose = `Choose one of ${plans.join(', ')}, or add it under plans.`;
  const remedy = near === undefined ? choose : `Did you mean "${near}"? ${choose}`;
  return [{ place, problem: `There is no plan ${showValue(plan)}.`, remedy }];
}

function prefixIssues(apps: readonly App[]): readonly Issue[] {
  const folders = apps.flatMap(({ name, app }) => {
    const folder = app['prefix'] ?? name;
    return typeof folder === 'string' ? [{ name, folder }] : [];
  });
  return folders.flatMap(({ name, folder }, i) => {
    const place = `apps.${name}.prefix`;
    const other = folders.slice(0, i).find((before) => collide(before.folder, folder));
    const shared: readonly Issue[] =
      other === undefined
        ? []
        : [
            {
              place,
              problem: `Its folder "${folder}" is shared with ${other.name}, which has "${other.folder}".`,
              remedy: 'Each app of one store needs a folder of its own, outside of the others.',
            },
          ];
    return [...shared, ...namesakeIssues({ place, name, folder }, folders), ...partIssues(place, folder)];
  });
}

/** CloudFront's functions may be shown a path as it was asked for or as it is in the store, and cannot tell which. */
function namesakeIssues(
  { place, name, folder }: { readonly place: string; readonly name: string; readonly folder: string },
  folders: readonly { readonly name: string; readonly folder: string }[],
): readonly Issue[] {
  const other = folders.find((one) => one.name === folder && one.name !== name && one.folder !== folder);
  if (other === undefined) return [];
  const problem = `Its folder "${folder}" is the name of another app, which has the folder "${other.folder}": at CloudFront a link for a preview of ${name} would open one of ${other.name}.`;
  return [{ place, problem, remedy: 'Choose a folder that is the name of no other app.' }];
}

/** Edges tell a path of a store from others by its parts, also which files are those of a preview. */
function partIssues(place: string, folder: string): readonly Issue[] {
  const parts = folder.split('/');
  const version = parts.find((part) => parseVersionId(part) !== undefined);
  if (version !== undefined) {
    return [
      { place, problem: `"${version}" in it is a version.`, remedy: 'Choose a folder that no version can have.' },
    ];
  }
  // An app that is called so is refused for its name.
  if (parts[0] !== 'api' || place === 'apps.api.prefix') return [];
  return [{ place, problem: 'Paths that begin with "api" are those of the API.', remedy: 'Choose another folder.' }];
}

/** One folder is the other or lies in it. The root is the brief's layout: other apps' folders may lie in it. */
function collide(a: string, b: string): boolean {
  if (a === b) return true;
  return a !== '' && b !== '' && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`));
}

function mountIssues(apps: readonly App[]): readonly Issue[] {
  const shells = apps.filter(({ app }) => app['kind'] === 'shell');
  const misplaced = apps
    .filter(({ app }) => app['kind'] !== 'shell' && app['mount'] !== undefined)
    .map(({ name }) => ({
      place: `apps.${name}.mount`,
      problem: 'A remote answers no documents.',
      remedy: 'Remove it; only shells are mounted.',
    }));
  const shared = shells.flatMap(({ name, app }, i) => {
    const other = shells.slice(0, i).find((before) => before.app['mount'] === app['mount']);
    if (other === undefined) return [];
    const where = app['mount'] === undefined ? 'All documents are' : `${showValue(app['mount'])} is`;
    const problem = `${where} answered by ${other.name} already.`;
    return [{ place: `apps.${name}.mount`, problem, remedy: "Give it a path of its own, like '/admin'." }];
  });
  return [...misplaced, ...shared];
}
