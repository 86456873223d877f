import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { packagesFolder, readPackages } from './packages.js';

// What others may rely on. A change here is a change for those who installed the package.
const entries = [...readPackages()].flatMap(([name, subpaths]) =>
  [...subpaths].flatMap(([subpath, source]) =>
    source === undefined
      ? []
      : [{ name: subpath.replace('.', `@sluice/${name}`), file: `${packagesFolder}${name}/${source}` }],
  ),
);

describe('each package exports, besides types,', () => {
  it.each(entries)('from $name what is listed', async ({ file }) => {
    expect(existsSync(file)).toBe(true);
    const module = (await import(file)) as Record<string, unknown>;
    expect(Object.keys(module).toSorted()).toMatchSnapshot();
    expect(module).not.toHaveProperty('default');
  });
});
