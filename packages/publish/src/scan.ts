import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { AppKind } from '@sluice/core';

/** One file of a build, in memory as it will be published. */
export interface BuildFile {
  /** Relative, `/`-separated. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** What is wrong with a build, where, and what to do. */
export interface Problem {
  readonly place: string;
  readonly problem: string;
  readonly remedy: string;
}

export type Scan =
  | { readonly kind: 'files'; readonly files: readonly BuildFile[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Left out of every build: tools' own notes. A remote's index.html is a page for its development only. */
function isLeftOut(path: string, kind: AppKind): boolean {
  if (path.split('/').some((segment) => segment.startsWith('.'))) return true;
  if (path === 'mf-stats.json' || path === 'version.json') return true;
  return kind === 'remote' && path === 'index.html';
}

/** Reads a build's folder; links that leave it are refused, every one of them named. */
export async function scanBuild(dir: string, kind: AppKind): Promise<Scan> {
  const problems: Problem[] = [];
  const root = await realpath(dir).catch(() => undefined);
  if (root === undefined || !(await stat(root)).isDirectory()) {
    const problem = {
      place: dir,
      problem: 'There is no such folder.',
      remedy: 'Build the app first, then name its output folder.',
    };
    return { kind: 'refused', problems: [problem] };
  }
  const files: BuildFile[] = [];
  for (const path of await pathsOf(root, '')) {
    if (isLeftOut(path, kind)) continue;
    const real = await realpath(join(root, path));
    if (!real.startsWith(root + sep)) {
      problems.push({
        place: path,
        problem: 'It is a link that leaves the folder.',
        remedy: 'Put the file itself there.',
      });
      continue;
    }
    const bytes = await readFile(real);
    files.push({ path, bytes, sha256: sha256(bytes) });
  }
  if (files.length === 0 && problems.length === 0) {
    problems.push({ place: dir, problem: 'The folder is empty.', remedy: 'Build the app first.' });
  }
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'files', files };
}

async function pathsOf(root: string, under: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(root, under), { withFileTypes: true })) {
    const path = under === '' ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await pathsOf(root, path)));
    else paths.push(path);
  }
  return paths.toSorted();
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
