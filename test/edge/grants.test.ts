import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signSubject, subjectOf, type Signer } from '@sluice/core';
import { createFileSigner } from '@sluice/local';
import { describeWith } from '@sluice/peers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preview, staff, tokenOf } from './attacks.js';
import { edges, forStaff, type Edge, type Said } from './edges.js';
import { smallStore, type SmallStore } from './small-store.js';

// What docs/trust.md says of links, at every edge that opens them.

const all = (said: Said, wanted: string): readonly string[] =>
  said.headers.filter(([name]) => name === wanted).map(([, value]) => value);
const one = (said: Said, wanted: string): string | undefined => all(said, wanted)[0];
/** What a browser keeps of the cookies that it was sent. */
const kept = (...answers: readonly Said[]): string =>
  answers
    .flatMap((said) => all(said, 'set-cookie'))
    .map((text) => text.split(';')[0] ?? '')
    .join('; ');

for (const { name, needed, start } of edges.filter(({ opens }) => opens === 'all')) {
  describeWith([needed], `links at ${name}`, () => {
    let store: SmallStore;
    let folder = '';
    let keys = '';
    let edge: Edge;
    let signer: Signer;
    beforeAll(async () => {
      store = await smallStore(['pr-7-abcd', 'pr-8-abcd']);
      folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
      keys = join(folder, 'keys.json');
      signer = await createFileSigner({ path: keys, now: Date.now });
      edge = await start(store, keys);
    });
    afterAll(async () => {
      await edge?.close();
      await store?.remove();
      await rm(folder, { recursive: true, force: true });
    });

    const page = (path: string, cookie = ''): Promise<Said> => edge.ask(path, { accept: 'text/html', cookie });
    const file = (path: string, cookie = ''): Promise<Said> => edge.ask(path, { accept: '*/*', cookie });

    it('F6 a preview is opened by its link: cookie, the page without the link, its files', async () => {
      const link = await page(
        `/orders/17?tab=2&sluice_preview=${tokenOf(signer, preview('mfe1', 'pr-7-abcd'))}&x=%20y`,
      );
      expect([link.status, one(link, 'location'), one(link, 'cache-control')]).toEqual([
        303,
        '/orders/17?tab=2&x=%20y',
        'no-store',
      ]);
      expect(all(link, 'set-cookie')).toEqual([
        expect.stringMatching(
          /^sluice_preview_mfe1=mfe1:pr-7-abcd:[^;]+; Path=\/; Max-Age=(3600|3599); HttpOnly; SameSite=Lax(; Secure)?$/,
        ),
      ]);
      const cookie = kept(link);
      const shown = await page('/orders/17', cookie);
      expect([shown.status, one(shown, 'server-timing'), shown.body]).toEqual([
        200,
        'sluice;desc="mfe1@pr-7-abcd"',
        expect.stringContaining('v1.0.0'),
      ]);
      const asked = await file('/mfe1/pr-7-abcd/app.js', cookie);
      expect([asked.status, one(asked, 'cache-control'), asked.body]).toEqual([
        200,
        'private, max-age=3600',
        expect.stringContaining('// pr-7-abcd'),
      ]);
      const unversioned = await file('/mfe1/app.js', cookie);
      expect([one(unversioned, 'x-sluice'), one(unversioned, 'cache-control'), unversioned.body]).toEqual([
        'mfe1@pr-7-abcd; reason=override',
        'private, no-cache',
        expect.stringContaining('// pr-7-abcd'),
      ]);
      expect((await file('/mfe1/pr-7-abcd/app.js')).status).toBe(403);
      expect(one(await page('/orders/17'), 'server-timing')).toBe('sluice;desc=""');
    });

    it('F6 a preview of the shell is the page that is served, for deep links too, with id and signature', async () => {
      const link = await page(
        `/?sluice_preview=${tokenOf(signer, preview('shell', 'pr-7-abcd')).replaceAll(':', '%3A')}`,
      );
      expect([link.status, one(link, 'location')]).toEqual([303, '/']);
      const shown = await page('/orders/17', kept(link));
      expect([one(shown, 'x-sluice'), one(shown, 'cache-control'), shown.body]).toEqual([
        'shell@pr-7-abcd; reason=override',
        'private, no-cache',
        expect.stringContaining('pr-7-abcd'),
      ]);
      expect(all(shown, 'set-cookie').map((text) => text.split('=')[0])).toEqual(['sluice_id', 'sluice_sig']);
      const nowS = Math.floor(Date.now() / 1000);
      expect(subjectOf(signer, { cookies: kept(shown), nowS }).signature).toBe('fresh');
      expect(all(await page('/', kept(link, shown)), 'set-cookie')).toEqual([]);
      expect((await page('/orders/17')).body).toContain('v1.0.0');
    });

    it('F6 an audience gets the canary that is for it, of remotes and of shells', async () => {
      await store.point('mfe1', forStaff);
      await store.point('shell', forStaff);
      const link = await page(`/?sluice_audience=${tokenOf(signer, staff)}`);
      expect(all(link, 'set-cookie')).toEqual([expect.stringMatching(/^sluice_audience_staff=staff:/)]);
      const cookie = kept(link);
      // Edges over HTTP keep a pointer for a while.
      await expect.poll(async () => one(await page('/', cookie), 'x-sluice')).toBe('shell@v1.1.0; reason=audience');
      await expect
        .poll(async () => one(await file('/mfe1/app.js', cookie), 'x-sluice'))
        .toBe('mfe1@v1.1.0; reason=audience');
      const shown = await page('/', cookie);
      expect([one(shown, 'server-timing'), shown.body]).toEqual([
        'sluice;desc="staff"',
        expect.stringContaining('v1.1.0'),
      ]);
      expect(one(await page('/'), 'x-sluice')).toBe('shell@v1.0.0; reason=audience');
      expect((await file('/mfe1/app.js')).body).toContain('// v1.0.0');
    });

    it('F6 several are taken from one link, and ended by one', async () => {
      const both = `sluice_audience=${tokenOf(signer, staff)}&sluice_preview=${tokenOf(signer, preview('mfe1', 'pr-7-abcd'))}`;
      const cookie = kept(await page(`/?${both}`));
      expect(
        one(await page('/', cookie), 'server-timing')
          ?.split('"')[1]
          ?.split(' ')
          .toSorted(),
      ).toEqual(['mfe1@pr-7-abcd', 'staff']);
      const ended = await page(
        '/?sluice_preview=off',
        `${cookie}; sluice_preview_mfe1=again; sluice_preview___proto__=x`,
      );
      expect([ended.status, one(ended, 'location')]).toEqual([303, '/']);
      expect(all(ended, 'set-cookie')).toEqual([
        expect.stringMatching(/^sluice_preview_mfe1=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax(; Secure)?$/),
      ]);
      expect(all(await page('/?sluice_audience=off', cookie), 'set-cookie')).toEqual([
        expect.stringMatching(/^sluice_audience_staff=; /),
      ]);
    });

    it('F6 a link that opens nothing gets a page that says why, and loads nothing', async () => {
      const expired = await page(`/orders?sluice_preview=${tokenOf(signer, preview('mfe1', 'pr-7-abcd'), 0)}`);
      expect([expired.status, one(expired, 'cache-control')]).toEqual([403, 'no-store']);
      expect(one(expired, 'content-type')).toBe('text/html; charset=utf-8');
      expect(one(expired, 'content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; base-uri/,
      );
      expect(expired.body).toContain('This link has expired');
      const token = tokenOf(signer, preview('mfe1', 'pr-7-abcd'));
      for (const [path, says] of [
        [`/?sluice_preview=${token.replace('mfe1', 'shell')}`, 'changed on the way'],
        [`/?sluice_preview=${tokenOf(signer, preview('mfe9', 'pr-7-abcd'))}`, 'There is no app &quot;mfe9&quot;'],
        [`/?sluice_preview=${tokenOf(signer, preview('mfe1', 'pr-99-abcd'))}`, 'is not here any more'],
      ] as const) {
        expect((await page(path)).body).toContain(says);
      }
    });

    it('F6 who holds a preview that was removed since gets what everybody gets', async () => {
      const held = (['shell', 'mfe1'] as const).map(
        (app) => `sluice_preview_${app}=${tokenOf(signer, preview(app, 'pr-8-abcd'))}`,
      );
      const cookie = held.join('; ');
      // nginx has for ever what it has had from an origin.
      if (name !== 'nginx over an origin') {
        expect((await page('/orders/17', cookie)).body).toContain('pr-8-abcd');
        expect((await file('/mfe1/app.js', cookie)).body).toContain('// pr-8-abcd');
      }
      for (const app of ['shell', 'mfe1']) await rm(join(store.root, app, 'pr-8-abcd'), { recursive: true });
      const after = await page('/orders/17', cookie);
      expect([after.status, after.body]).toEqual([200, (await page('/orders/17')).body]);
      expect((await file('/mfe1/app.js', cookie)).body).toBe((await file('/mfe1/app.js')).body);
    });

    it('F24 the id that is signed decides, also where a neighbour domain has put another before it', async () => {
      const signed = `sluice_id=mine; sluice_sig=${signSubject(signer, 'mine', Math.floor(Date.now() / 1000)) ?? ''}`;
      const answer = await page('/', `sluice_id=tossed; sluice_sig=k1.1.${'A'.repeat(43)}; ${signed}`);
      expect([answer.status, all(answer, 'set-cookie')]).toEqual([200, []]);
    });

    it('an id without a signature is signed as it is, and a page is all that is signed', async () => {
      expect(all(await page('/', 'sluice_id=known'), 'set-cookie')).toEqual([
        expect.stringMatching(
          /^sluice_sig=[a-z0-9]+\.\d+\.[\w-]{43}; Path=\/; Max-Age=2592000; SameSite=Lax; HttpOnly(; Secure)?$/,
        ),
      ]);
      expect(kept(await file('/mfe1/app.js', 'sluice_id=known'))).not.toContain('sluice_sig');
    });
  });
}
