import { DeliveryError, type Store } from '@sluice/core';
import { describe, expect } from 'vitest';
import { suiteWith, type Deviation } from './deviation.js';

export interface StoreContract {
  readonly name: string;
  /** A new, empty store. */
  readonly create: () => Promise<Store>;
  readonly deviations?: readonly Deviation[];
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: { readonly bytes: Uint8Array } | undefined): string | undefined =>
  found && new TextDecoder().decode(found.bytes);
const etagOf = async (store: Store, key: string): Promise<string> => (await store.read(key))?.etag ?? 'nothing there';

const badKeys = [
  '..',
  '.',
  '../a',
  'a/..',
  'a/../../b',
  '/etc/passwd',
  '/',
  'a//b',
  'a/',
  'a/./b',
  'a\\b',
  '..\\a',
  'a\0b',
  '',
  '.tmp/a',
  'a/.hidden',
  `a/${'x'.repeat(300)}`,
];
// A store decodes nothing: these are names like any other.
const plainKeys = ['a/%2e%2e/b', '%2e%2e%2fa', 'a%2Fb', 'a%00b', 'a/x..y', 'mfe1/ä b/日本.js'];

/** What every store must keep. */
export function storeContract({ name, create, deviations = [] }: StoreContract): void {
  const suite = suiteWith(deviations);
  describe(`store contract: ${name}`, () => {
    contents(suite, create);
    conditions(suite, create);
    listing(suite, create);
    keys(suite, create);
    suite.end();
  });
}

type Part = (suite: ReturnType<typeof suiteWith>, create: () => Promise<Store>) => void;

const contents: Part = ({ test }, create) => {
  test('has nothing under a key that was never written', async () => {
    expect(await (await create()).read('mfe1/none.json')).toBeUndefined();
  });

  test('reads back what was written, byte for byte', async () => {
    const store = await create();
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    await store.write('mfe1/every.bin', every);
    expect([...((await store.read('mfe1/every.bin'))?.bytes ?? [])]).toEqual([...every]);
  });

  for (const [what, size] of [
    ['an empty object', 0],
    ['an object of 5 MB', 5 * 1024 * 1024],
  ] as const) {
    test(`keeps ${what}`, async () => {
      const store = await create();
      const written = new Uint8Array(size).map((_, i) => i % 251);
      await store.write('mfe1/sized', written);
      expect(Buffer.compare((await store.read('mfe1/sized'))?.bytes ?? bytes('none'), written)).toBe(0);
      expect(await store.list('mfe1/')).toEqual([{ key: 'mfe1/sized', size }]);
    });
  }

  test('gives equal etags for equal bytes and others for others', async () => {
    const store = await create();
    await store.write('a', bytes('1'));
    const first = await etagOf(store, 'a');
    await store.write('b', bytes('1'));
    expect(await etagOf(store, 'b')).toBe(first);
    await store.write('a', bytes('2'));
    expect(await etagOf(store, 'a')).not.toBe(first);
    expect(await store.write('a', bytes('1'))).toEqual({ kind: 'written', etag: first });
  });

  test('keeps its own copy: bytes that a caller changes later change nothing', async () => {
    const store = await create();
    const mine = bytes('kept');
    await store.write('a', mine);
    mine.fill(0);
    (await store.read('a'))?.bytes.fill(0);
    expect(text(await store.read('a'))).toBe('kept');
  });

  test('removes an object, and removing nothing succeeds', async () => {
    const store = await create();
    await store.write('a/1', bytes('1'));
    await store.remove('a/1');
    await store.remove('a/1');
    await store.remove('never/was');
    expect(await store.read('a/1')).toBeUndefined();
    expect(await store.list('')).not.toContainEqual({ key: 'a/1', size: 1 });
  });

  test('removes no object but the one named, though its key begins theirs', async () => {
    const store = await create();
    await store.write('a/1', bytes('1'));
    await store.remove('a');
    expect(text(await store.read('a/1'))).toBe('1');
  });
};

const conditions: Part = ({ test }, create) => {
  test('writes under "absent" only where there is nothing, and a conflict changes nothing', async () => {
    const store = await create();
    expect((await store.write('a', bytes('1'), { kind: 'absent' })).kind).toBe('written');
    const etag = await etagOf(store, 'a');
    expect(await store.write('a', bytes('2'), { kind: 'absent' })).toEqual({ kind: 'conflict' });
    expect(text(await store.read('a'))).toBe('1');
    expect(await etagOf(store, 'a')).toBe(etag);
  });

  test('writes under "absent" again after the object was removed', async () => {
    const store = await create();
    await store.write('a', bytes('1'));
    await store.remove('a');
    expect((await store.write('a', bytes('2'), { kind: 'absent' })).kind).toBe('written');
    expect(text(await store.read('a'))).toBe('2');
  });

  test('refuses "absent" where an empty object is', async () => {
    const store = await create();
    await store.write('a', new Uint8Array());
    expect(await store.write('a', bytes('2'), { kind: 'absent' })).toEqual({ kind: 'conflict' });
  });

  test('writes under "matches" only over the bytes that were seen', async () => {
    const store = await create();
    await store.write('a', bytes('1'));
    const etag = await etagOf(store, 'a');
    const second = await store.write('a', bytes('2'), { kind: 'matches', etag });
    expect(second).toEqual({ kind: 'written', etag: await etagOf(store, 'a') });
    expect(await store.write('a', bytes('3'), { kind: 'matches', etag })).toEqual({ kind: 'conflict' });
    expect(text(await store.read('a'))).toBe('2');
  });

  test('refuses "matches" where there is nothing', async () => {
    const store = await create();
    expect((await store.write('a', bytes('1'), { kind: 'matches', etag: 'x' })).kind).toBe('conflict');
    expect(await store.read('a')).toBeUndefined();
  });

  test('lets one of 20 concurrent compare-and-swap writers win', async () => {
    const store = await create();
    await store.write('a', bytes('0'));
    const etag = await etagOf(store, 'a');
    await oneWinner(store, { kind: 'matches', etag });
  });

  test('lets one of 20 concurrent writers of a new object win', async () => {
    await oneWinner(await create(), { kind: 'absent' });
  });
};

async function oneWinner(store: Store, condition: Parameters<Store['write']>[2]): Promise<void> {
  const writers = Array.from({ length: 20 }, (_, i) => store.write('a', bytes(`writer ${String(i)}`), condition));
  const kinds = (await Promise.all(writers)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'written')).toHaveLength(1);
  expect(text(await store.read('a'))).toBe(`writer ${String(kinds.indexOf('written'))}`);
}

const listing: Part = ({ test }, create) => {
  test('lists keys by prefix, sorted by code units, with sizes', async () => {
    const store = await create();
    for (const key of ['b/2', 'b/10', 'bc/1', 'a/1', 'b/Z', 'b/é', 'b/a b']) await store.write(key, bytes(key));
    const underB = ['b/10', 'b/2', 'b/Z', 'b/a b', 'b/é'];
    expect(await store.list('b/')).toEqual(underB.map((key) => ({ key, size: bytes(key).length })));
    expect((await store.list('b')).map(({ key }) => key)).toEqual([...underB, 'bc/1']);
    expect((await store.list('b/1')).map(({ key }) => key)).toEqual(['b/10']);
  });

  test('lists nothing under a prefix that no key has, however it is written', async () => {
    const store = await create();
    await store.write('a/b', bytes('1'));
    for (const prefix of ['none/', 'a/b/', 'a//', '../', '..', './', '/', 'a/../', '.tmp/', '.locks/', 'a\\', '\0']) {
      expect(await store.list(prefix), prefix).toEqual([]);
    }
  });

  test('lists an object whose whole key is the prefix', async () => {
    const store = await create();
    await store.write('a/b', bytes('1'));
    expect(await store.list('a/b')).toEqual([{ key: 'a/b', size: 1 }]);
  });

  test('keeps an object whose key is also the folder of others', async () => {
    const store = await create();
    await store.write('b', bytes('1'));
    await store.write('b/2', bytes('22'));
    expect(await store.list('b')).toEqual([
      { key: 'b', size: 1 },
      { key: 'b/2', size: 2 },
    ]);
  });
};

const keys: Part = ({ test }, create) => {
  for (const key of badKeys) {
    test(`refuses the key ${JSON.stringify(key.slice(0, 20))}`, async () => {
      const store = await create();
      const refusal = { name: 'DeliveryError', code: 'usage' };
      await expect(store.read(key)).rejects.toMatchObject(refusal);
      await expect(store.write(key, bytes('1'))).rejects.toBeInstanceOf(DeliveryError);
      await expect(store.write(key, bytes('1'), { kind: 'absent' })).rejects.toMatchObject(refusal);
      await expect(store.remove(key)).rejects.toMatchObject(refusal);
    });
  }

  test('takes unicode, spaces and percent signs as plain characters', async () => {
    const store = await create();
    for (const key of plainKeys) await store.write(key, bytes(key));
    for (const key of plainKeys) expect(text(await store.read(key)), key).toBe(key);
    const listed = (await store.list('')).map(({ key }) => key);
    expect(plainKeys.filter((key) => !listed.includes(key))).toEqual([]);
  });
};
