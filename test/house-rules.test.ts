import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// What neither compiler nor linter says. The patterns are written so that they do not find themselves.
const root = fileURLToPath(new URL('..', import.meta.url));
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed
  .split('\n')
  .filter((file) => /\.(ts|tsx|mjs|js|json|md|py|sh|html|css)$|^\.ci\//.test(file) && file !== 'package-lock.json')
  .flatMap((file) => {
    try {
      return [{ file, text: readFileSync(`${root}${file}`, 'utf8') }];
    } catch {
      // Deleted, and not yet committed.
      return [];
    }
  });
const code = files.filter(({ file }) => /\.(ts|tsx|mjs)$/.test(file));

function linesWith(
  pattern: RegExp,
  among: readonly { readonly file: string; readonly text: string }[],
): readonly string[] {
  return among.flatMap(({ file, text }) =>
    text
      .split('\n')
      .map((line, index) => ({ line, place: `${file}:${String(index + 1)}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ line, place }) => `${place} ${line.trim()}`),
  );
}

describe('no source has', () => {
  it.each<[string, RegExp]>([
    ['a lint rule switched off', /(ox|es)lint-(dis)able/],
    ['a type error waved through', /@ts-(ignore|expect-error|nocheck)/],
    ['any', /\bas a(n)y\b|<a(n)y>/],
    ['an enum', /^\s*(export )?(const )?e(n)um /],
    ['work left for later', /\b(TO)DO\b|\b(FIX)ME\b/],
    [
      'a test that is left out or alone',
      /\b(it|test|describe)\.(sk)ip\b|\b(it|test|describe)\.(on)ly\b|\b(it|test)\.(to)do\b/,
    ],
  ])('%s', (_, pattern) => {
    expect(
      linesWith(
        pattern,
        code.filter(({ file }) => file !== 'test/house-rules.test.ts'),
      ),
    ).toEqual([]);
  });

  it('an entry that exports everything', () => {
    expect(
      linesWith(
        /^export \*/,
        code.filter(({ file }) => file.startsWith('packages/')),
      ),
    ).toEqual([]);
  });

  it('a name that says nothing, or one that is not in kebab-case', () => {
    const names = files
      .map(({ file }) => file)
      .filter((file) => /^(packages|scripts|test|e2e|examples)\/.*\.(ts|tsx|mjs)$/.test(file));
    expect(names.filter((file) => /^(utils?|helpers?|common|shared|misc)\./.test(basename(file)))).toEqual([]);
    expect(
      names.filter(
        (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|e2e|fixture|config|d))?\.(ts|tsx|mjs)$/.test(basename(file)),
      ),
    ).toEqual([]);
  });
});

it('no file names a place on the machine where it was written', () => {
  // Homes of people, and wherever this copy happens to lie.
  const here = root.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const pattern = new RegExp(String.raw`/(root|home|Users)/[a-z]|${here}`);
  expect(
    linesWith(
      pattern,
      files.filter(({ file }) => file !== 'test/house-rules.test.ts'),
    ),
  ).toEqual([]);
});

it('every entry of a package opens with an example', () => {
  const entries = code.filter(({ file }) => /^packages\/[a-z]+\/src\/([a-z]+\/)?index\.ts$/.test(file));
  expect(entries.length).toBeGreaterThan(10);
  const without = entries.filter(({ text }) => !/^\/\*\*\n( \*[^\n]*\n){3,}/.test(text));
  expect(without.map(({ file }) => file)).toEqual([]);
});

it('every decision has a number of its own, which its heading repeats', () => {
  const decisions = files.filter(({ file }) => file.startsWith('docs/decisions/'));
  expect(decisions.length).toBeGreaterThan(20);
  const numbers = decisions.map(({ file }) => basename(file).slice(0, 4));
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
  const others = decisions.filter(({ file, text }) => !text.startsWith(`# ${basename(file).slice(0, 4)} `));
  expect(others.map(({ file }) => file)).toEqual([]);
});
