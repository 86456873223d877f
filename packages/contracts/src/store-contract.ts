import { DeliveryError, type Store } from '@sluice/core';
import { describe, expect, it } from 'vitest';

export interface StoreContract {
  readonly name: string;
  /** A new, empty store. */
  readonly create: () => Promise<Store>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (found: { readonly bytes: Uint8Array } | undefined): string | undefined =>
  found && new TextDecoder().decode(found.bytes);

/** What every store must keep. */
export function storeContract({ name, create }: StoreContract): void {
  describe(`store contract: ${name}`, () => {
    it('has nothing under a key that was never written', async () => {
      expect(await (await create()).read('mfe1/none.json')).toBeUndefined();
    });

    it('reads back what was written, byte for byte', async () => {
      const store = await create();
      const every = Uint8Array.from({ length: 256 }, (_, i) => i);
      await store.write('mfe1/a b/ü.bin', every);
      expect([...((await store.read('mfe1/a b/ü.bin'))?.bytes ?? [])]).toEqual([...every]);
    });

    it.each([0, 5 * 1024 * 1024])('keeps an object of %i bytes', async (size) => {
      const store = await create();
      await store.write('mfe1/large', new Uint8Array(size).fill(7));
      expect((await store.read('mfe1/large'))?.bytes.length).toBe(size);
    });

    it('gives equal etags for equal bytes and others for others', async () => {
      const store = await create();
      await store.write('a', bytes('1'));
      const first = (await store.read('a'))?.etag;
      await store.write('a', bytes('2'));
      expect((await store.read('a'))?.etag).not.toBe(first);
      const again = await store.write('a', bytes('1'));
      expect(again).toEqual({ kind: 'written', etag: first });
    });

    it('writes under "absent" only where there is nothing', async () => {
      const store = await create();
      expect((await store.write('a', bytes('1'), { kind: 'absent' })).kind).toBe('written');
      expect((await store.write('a', bytes('2'), { kind: 'absent' })).kind).toBe('conflict');
      expect(text(await store.read('a'))).toBe('1');
    });

    it('writes under "matches" only over the version that was seen', async () => {
      const store = await create();
      const first = await store.write('a', bytes('1'));
      const etag = first.kind === 'written' ? first.etag : '';
      expect((await store.write('a', bytes('2'), { kind: 'matches', etag })).kind).toBe('written');
      expect((await store.write('a', bytes('3'), { kind: 'matches', etag })).kind).toBe('conflict');
      expect(text(await store.read('a'))).toBe('2');
    });

    it('refuses "matches" where there is nothing', async () => {
      const store = await create();
      expect((await store.write('a', bytes('1'), { kind: 'matches', etag: 'x' })).kind).toBe('conflict');
      expect(await store.read('a')).toBeUndefined();
    });

    it('lets one of 20 concurrent compare-and-swap writers win', async () => {
      const store = await create();
      const first = await store.write('a', bytes('0'));
      const etag = first.kind === 'written' ? first.etag : '';
      const writers = Array.from({ length: 20 }, (_, i) =>
        store.write('a', bytes(`writer ${String(i)}`), { kind: 'matches', etag }),
      );
      const results = await Promise.all(writers);
      const winner = results.findIndex((result) => result.kind === 'written');
      expect(results.filter((result) => result.kind === 'written')).toHaveLength(1);
      expect(text(await store.read('a'))).toBe(`writer ${String(winner)}`);
    });

    it('lists keys by prefix, sorted, with sizes', async () => {
      const store = await create();
      for (const key of ['b/2', 'b/10', 'b', 'bc/1', 'a/1']) {
        if (key !== 'b') await store.write(key, bytes(key));
      }
      expect(await store.list('b/')).toEqual([
        { key: 'b/10', size: 4 },
        { key: 'b/2', size: 3 },
      ]);
      expect((await store.list('b')).map(({ key }) => key)).toEqual(['b/10', 'b/2', 'bc/1']);
      expect(await store.list('none/')).toEqual([]);
    });

    it('removes an object, and removing nothing succeeds', async () => {
      const store = await create();
      await store.write('a/1', bytes('1'));
      await store.remove('a/1');
      await store.remove('a/1');
      expect(await store.read('a/1')).toBeUndefined();
    });

    it.each([
      '../a',
      'a/../../b',
      '/etc/passwd',
      'a//b',
      'a/./b',
      'a\\b',
      'a\0b',
      '',
      '.tmp/a',
      `a/${'x'.repeat(300)}`,
    ])('refuses the key %j', async (key) => {
      const store = await create();
      await expect(store.read(key)).rejects.toThrow(DeliveryError);
      await expect(store.write(key, bytes('1'))).rejects.toThrow(DeliveryError);
      await expect(store.remove(key)).rejects.toThrow(DeliveryError);
    });
  });
}
