import { posix } from 'node:path';
import { init, parse } from 'es-module-lexer';
import type { BuildFile, Problem } from './scan.js';

/** Relative imports of a build's modules that lead to no file, and absolute ones that tie it to one place. */
export async function checkImports(files: readonly BuildFile[]): Promise<readonly Problem[]> {
  await init;
  const known = new Set(files.map((file) => file.path));
  const problems: Problem[] = [];
  for (const file of files) {
    if (!/\.m?js$/.test(file.path)) continue;
    for (const specifier of specifiersOf(file)) {
      if (specifier.startsWith('/') && !specifier.startsWith('//')) problems.push(absolute(file.path, specifier));
      if (!specifier.startsWith('.')) continue;
      const target = posix.normalize(posix.join(posix.dirname(file.path), specifier.split(/[?#]/)[0] ?? ''));
      if (!known.has(target)) problems.push(missing(file.path, target));
    }
  }
  return problems;
}

function specifiersOf(file: BuildFile): readonly string[] {
  try {
    const [imports] = parse(Buffer.from(file.bytes).toString('utf8'), file.path);
    return imports.flatMap((found) => (found.n === undefined ? [] : [found.n]));
  } catch {
    // A classic script need not be a module; what it loads it names at run time.
    return [];
  }
}

function absolute(place: string, specifier: string): Problem {
  return {
    place,
    problem: `It imports "${specifier}" from the root of the site, which is not where a version lives.`,
    remedy: "Build with a relative base: `base: './'` (Vite), `publicPath: 'auto'` (webpack, Rspack).",
  };
}

function missing(place: string, target: string): Problem {
  return {
    place,
    problem: `It imports "${target}", and there is no such file: a chunk is missing.`,
    remedy: 'Build again into an empty folder and publish the whole of it.',
  };
}
