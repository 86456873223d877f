// One process of a race: waits for the go file, then writes once by compare-and-swap. Or writes for ever (mode "loop").
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { createFolderStore } from './index.ts';

const [root, mode, name] = process.argv.slice(2);
const store = await createFolderStore({ root });
const bytes = (text) => new TextEncoder().encode(text);

if (mode === 'race') {
  const { etag } = await store.read('race.json');
  process.stdout.write('ready\n');
  while (!existsSync(`${root}/.go`)) await wait(1);
  const result = await store.write('race.json', bytes(name), { kind: 'matches', etag });
  process.stdout.write(`${result.kind}\n`);
} else {
  process.stdout.write('ready\n');
  for (let i = 0; ; i += 1)
    await store.write('torn.json', bytes(JSON.stringify({ i, filler: String(i % 10).repeat(200_000) })));
}
