import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { aPlace, bundleWriter, startWriter, type Writer } from './folder.fixture.js';
import { createFolderStore } from './index.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: { readonly bytes: Uint8Array } | undefined): string => new TextDecoder().decode(found?.bytes);

const programs = aPlace();
const place = aPlace();
const writers: Writer[] = [];
let program = '';
beforeAll(async () => {
  program = await bundleWriter(await programs.folder());
});
afterAll(programs.clean);
afterEach(async () => {
  for (const { child, ended } of writers.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  await place.clean();
});
function aWriter(...args: readonly string[]): Writer {
  const writer = startWriter(program, args);
  writers.push(writer);
  return writer;
}

describe('folder store between processes', () => {
  it('lets exactly one of 20 processes win a compare-and-swap, round after round', async () => {
    const root = await place.store();
    const store = await createFolderStore({ root });
    const racers = Array.from({ length: 20 }, (_, i) => aWriter(root, 'race', `process ${String(i)}`));
    await Promise.all(racers.map(({ line }) => line()));
    for (let round = 0; round < 8; round += 1) {
      // Even rounds race for a new object, odd ones for the bytes of the round before.
      if (round % 2 === 0) await store.remove('race.json');
      const wanted = (await store.read('race.json'))?.etag ?? 'absent';
      const answers = Promise.all(racers.map(({ line }) => line()));
      for (const { child } of racers) child.stdin?.write(`${wanted}\n`);
      const kinds = await answers;
      expect(kinds.filter((kind) => kind !== 'conflict')).toEqual(['written']);
      expect(text(await store.read('race.json'))).toBe(`process ${String(kinds.indexOf('written'))} after ${wanted}`);
    }
  });

  it('loses no update of 5 processes that each add 1 twenty times', async () => {
    const root = await place.store();
    const store = await createFolderStore({ root });
    await store.write('count.json', bytes('0'));
    const counters = Array.from({ length: 5 }, () => aWriter(root, 'count', '20'));
    expect(await Promise.all(counters.map(({ ended }) => ended))).toEqual(['0', '0', '0', '0', '0']);
    expect(text(await store.read('count.json'))).toBe('100');
  });

  it('E18 never leaves a torn object nor a stuck lock when writers are killed, fifty times', async () => {
    const root = await place.store();
    const store = await createFolderStore({ root });
    for (let round = 0; round < 25; round += 1) {
      const pair = [aWriter(root, 'loop'), aWriter(root, 'loop')];
      await Promise.all(pair.map(({ line }) => line()));
      // Another moment each round: a write takes some milliseconds, so that each line of it is hit sooner or later.
      await new Promise((resolve) => setTimeout(resolve, 5 + ((round * 7) % 30) + round / 10));
      for (const { child } of pair) child.kill('SIGKILL');
      expect(await Promise.all(pair.map(({ ended }) => ended))).toEqual(['SIGKILL', 'SIGKILL']);
      writers.splice(0);
      const found = await store.read('torn.json');
      if (found !== undefined) {
        const { digit, filler } = JSON.parse(text(found)) as { digit: number; filler: string };
        expect(filler === String(digit).repeat(100_000)).toBe(true);
      }
      const condition =
        found === undefined ? ({ kind: 'absent' } as const) : ({ kind: 'matches', etag: found.etag } as const);
      expect((await store.write('torn.json', bytes('{"digit":1,"filler":""}'), condition)).kind).toBe('written');
      await store.remove('torn.json');
    }
    expect((await store.list('')).map(({ key }) => key)).toEqual(['sluice-store.json']);
    await createFolderStore({ root });
    expect(await readdir(join(root, '.tmp')), 'what the killed ones left is gone after the next opening').toEqual([]);
  });

  it('leaves the temporary file of a writer that lives alone when another process opens the store', async () => {
    const root = await place.store();
    const writer = aWriter(root, 'loop');
    await writer.line();
    for (let i = 0; i < 20; i += 1) await createFolderStore({ root });
    writer.child.kill('SIGKILL');
    // It would have ended with an error by itself if its file had been taken away.
    expect(await writer.ended).toBe('SIGKILL');
  });
});
