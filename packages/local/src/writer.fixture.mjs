// One process that writes to a folder store, as the tests of this room need it; told what to do by its arguments.
import { createInterface } from 'node:readline';
import { createFolderStore } from './index.ts';

const [root, mode, name] = process.argv.slice(2);
const store = await createFolderStore({ root });
const bytes = (text) => new TextEncoder().encode(text);
const say = (line) => process.stdout.write(`${line}\n`);

const modes = {
  // Each line read is an etag: one compare-and-swap against it. Never the same bytes again: an etag tells bytes apart,
  // not writes.
  race: async () => {
    say('ready');
    for await (const etag of createInterface({ input: process.stdin })) {
      const condition = etag === 'absent' ? { kind: 'absent' } : { kind: 'matches', etag };
      say((await store.write('race.json', bytes(`${name} after ${etag}`), condition)).kind);
    }
  },
  // Adds 1 to a number so many times, by compare-and-swap.
  count: async () => {
    for (let left = Number(name); left > 0;) {
      const { bytes: before, etag } = await store.read('count.json');
      const next = bytes(String(Number(new TextDecoder().decode(before)) + 1));
      if ((await store.write('count.json', next, { kind: 'matches', etag })).kind === 'written') left -= 1;
    }
  },
  // Writes until it is killed.
  loop: async () => {
    say('ready');
    for (let i = 0; ; i += 1) {
      const seen = await store.read('torn.json');
      const condition = seen === undefined ? { kind: 'absent' } : { kind: 'matches', etag: seen.etag };
      await store.write(
        'torn.json',
        bytes(JSON.stringify({ digit: i % 10, filler: String(i % 10).repeat(100_000) })),
        condition,
      );
    }
  },
  // Many at once, with few file handles.
  many: async () => {
    const keys = Array.from({ length: 300 }, (_, i) => `many/${i}`);
    await Promise.all(keys.map((key) => store.write(key, bytes(key))));
    const found = await Promise.all(keys.map((key) => store.read(key)));
    say(String(found.filter((object) => object !== undefined).length));
  },
};
await modes[mode]();
