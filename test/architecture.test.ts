import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { forbiddenImports, type Source } from './architecture/check.js';
import { edges } from './architecture/edges.js';
import { packagesFolder, readPackages } from './packages.js';

const packages = readPackages();
const offers = Object.fromEntries([...packages].map(([name, entries]) => [name, [...entries.keys()]]));

function sourcesOf(room: string): readonly Source[] {
  const files = readdirSync(`${packagesFolder}${room}/src`, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file))
    .map((file) => {
      const path = `src/${file.replaceAll('\\', '/')}`;
      return { room, path, text: readFileSync(`${packagesFolder}${room}/${path}`, 'utf8') };
    });
}

describe('the direction of imports', () => {
  it('has a row for every package', () => {
    expect(Object.keys(edges).toSorted()).toEqual([...packages.keys()].toSorted());
  });

  it('has no circle', () => {
    const above = (room: string, path: readonly string[]): void => {
      expect(path, `a circle: ${[...path, room].join(' → ')}`).not.toContain(room);
      for (const next of edges[room] ?? []) above(next, [...path, room]);
    };
    for (const room of Object.keys(edges)) above(room, []);
  });

  it.each([...packages.keys()])('lets %s import only what the table allows', async (room) => {
    const sources = sourcesOf(room);
    expect(sources.length).toBeGreaterThan(0);
    const found = await Promise.all(sources.map((source) => forbiddenImports(source, offers)));
    expect(found.flat()).toEqual([]);
  });
});

describe('a forbidden import is found', () => {
  it.each([
    ['core', 'src/a.ts', `import { readFile } from 'node:fs/promises';`],
    ['core', 'src/a.ts', `import fs from 'fs';`],
    ['core', 'src/a.ts', `import * as v from 'valibot';`],
    ['core', 'src/a.ts', `import type { Plan } from '@sluice/schema';`],
    ['core', 'src/a.test.ts', `import { createMemoryStore } from '@sluice/local';`],
    ['schema', 'src/a.ts', `import { type Controller } from '@sluice/controller';`],
    ['schema', 'src/a.ts', `import type {\n  Controller,\n} from '@sluice/controller';`],
    ['schema', 'src/a.ts', `export type { Controller } from '@sluice/controller';`],
    ['schema', 'src/a.ts', `export { createController } from '@sluice/controller';`],
    ['schema', 'src/a.ts', `export * from '@sluice/controller';`],
    ['edge', 'src/a.ts', `const local = await import('@sluice/local');`],
    ['edge', 'src/a.ts', `/* a */ import /* b */ '@sluice/local' // c`],
    ['edge', 'src/a.ts', `import { parseAppId } from '@sluice/core/src/ids.js';`],
    ['edge', 'src/a.ts', `import { parseAppId } from '@sluice/core/dist/ids.js';`],
    ['edge', 'src/node/a.ts', `import { parseAppId } from '../../../core/src/ids.js';`],
    ['edge', 'src/a.ts', `import { route } from './route';`],
    ['edge', 'src/a.ts', `import { createNodeEdge } from '@sluice/edge/node';`],
    ['edge', 'src/a.ts', `import { createStore } from '@sluice/nowhere';`],
    ['edge', 'src/a.test.ts', `import { createController } from '@sluice/controller';`],
    ['resolver', 'src/a.ts', `import { createHash } from 'node:crypto';`],
    ['federation', 'src/a.tsx', `import { x } from '@sluice/edge'; export const a = <b>{x}</b>;`],
  ])('in %s, %s: %s', async (room, path, text) => {
    expect(await forbiddenImports({ room, path, text }, offers)).toHaveLength(1);
  });

  it.each([
    ['edge', 'src/a.ts', `import { parseAppId } from '@sluice/core';`],
    ['edge', 'src/a.test.ts', `import { createMemoryStore } from '@sluice/local';`],
    ['edge', 'src/node/a.ts', `import { routeRequest } from '../route.js'; import { createServer } from 'node:http';`],
    ['cli', 'src/a.ts', `import { createNodeEdge } from '@sluice/edge/node';`],
    ['core', 'src/a.ts', `// import { x } from '@sluice/schema';\nexport const text = "import '@sluice/schema'";`],
    ['core', 'src/a.test.ts', `import { readFileSync } from 'node:fs'; import { it } from 'vitest';`],
  ])('and an allowed one passes: in %s, %s: %s', async (room, path, text) => {
    expect(await forbiddenImports({ room, path, text }, offers)).toEqual([]);
  });
});
