import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { edges, testEdges, withoutNode } from './edges.js';
import { importsOf } from './imports.js';

export interface Source {
  /** Such as `edge`. */
  readonly room: string;
  /** Below the package, `/`-separated, such as `src/node/index.ts`. */
  readonly path: string;
  readonly text: string;
}

/** What a package offers: subpaths as in its `exports`, such as `.` and `./node`. */
export type Offers = Readonly<Record<string, readonly string[]>>;

/** Every import of a source that its room may not have, a line each. */
export async function forbiddenImports(source: Source, offers: Offers): Promise<readonly string[]> {
  const names = await importsOf(source.path, source.text);
  return names.flatMap((name) => {
    const why = forbidden(source, name, offers);
    return why === undefined ? [] : [`packages/${source.room}/${source.path} imports "${name}": ${why}`];
  });
}

function forbidden(source: Source, name: string, offers: Offers): string | undefined {
  if (name.startsWith('.')) return relative(source, name);
  if (name.startsWith('@sluice/')) return acrossRooms(source, name, offers);
  if (isTest(source.path)) return undefined;
  if (name.startsWith('node:')) return withoutNode.includes(source.room) ? 'it runs without Node' : undefined;
  if (builtinModules.includes(name.split('/')[0] ?? '')) return 'modules of Node are named node:…';
  return source.room === 'core' ? 'core imports nothing' : undefined;
}

function relative({ path }: Source, name: string): string | undefined {
  // A fixture is a process of its own, run by tsx: nothing is built for it.
  if (!/\.(js|css|json)$/.test(name) && !isTest(path)) return 'relative imports end with .js';
  const target = posix.join(posix.dirname(path), name);
  return target.startsWith('src/') ? undefined : 'it leaves its package';
}

function acrossRooms({ room, path }: Source, name: string, offers: Offers): string | undefined {
  const [, to = '', ...rest] = name.split('/');
  const allowed = [...(edges[room] ?? []), ...(isTest(path) && room !== 'core' ? testEdges : [])];
  if (to === room) return 'a package imports itself by relative paths';
  if (!allowed.includes(to)) return `${room} may import ${allowed.join(', ') || 'nothing'}`;
  const subpath = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  return (offers[to] ?? []).includes(subpath) ? undefined : `@sluice/${to} does not export "${subpath}"`;
}

function isTest(path: string): boolean {
  return /\.(test\.tsx?|fixture\.(ts|mjs))$/.test(path);
}
