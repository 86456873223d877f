import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signSubject } from '@sluice/core';
import { createFileSigner, hmacSha256 } from '@sluice/local';
import { describeWith } from '@sluice/peers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  missingPreviews,
  nothingThere,
  previewPaths,
  wrongCookies,
  wrongGrants,
  wrongLinks,
  wrongPaths,
  wrongSignatures,
  type Signers,
} from './attacks.js';
import { edges, forStaff, type Edge } from './edges.js';
import { smallStore, type SmallStore } from './small-store.js';

const foreign = { keys: () => [{ id: 'k1', secret: 'the secret of another platform, and not ours' }], mac: hmacSha256 };

for (const { name, needed, opens, start } of edges) {
  describeWith([needed], `strangers at ${name}`, () => {
    let store: SmallStore;
    let folder = '';
    let edge: Edge;
    let by: Signers;
    beforeAll(async () => {
      store = await smallStore(['pr-7-abcd']);
      await store.point('mfe1', forStaff);
      folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
      const keys = join(folder, 'keys.json');
      by = { own: await createFileSigner({ path: keys, now: Date.now }), foreign };
      edge = await start(store, keys);
    });
    afterAll(async () => {
      await edge?.close();
      await store?.remove();
      await rm(folder, { recursive: true, force: true });
    });

    it.each(wrongPaths)('get nothing for %s', async (path) => {
      for (const accept of ['*/*', 'text/html']) {
        const { status, head } = await edge.ask(path, { accept });
        expect([400, 403, 404]).toContain(status);
        expect(head).not.toMatch(/evil|schema/i);
      }
    });

    it.each(nothingThere)('find nothing at %s', async (path) => {
      expect([400, 403, 404]).toContain((await edge.ask(path, { accept: '*/*' })).status);
    });

    it.each(previewPaths)('F6 get no file of a preview at %s', async (path) => {
      for (const accept of ['*/*', 'text/html']) {
        const { status, head, body } = await edge.ask(path, { accept, cookie: 'sluice_id=known' });
        expect([400, 403, 404]).toContain(status);
        expect(head).not.toMatch(/max-age|immutable/i);
        expect(body).not.toContain('pr-7-abcd\n');
      }
    });

    it.each(wrongCookies)('are new visitors with the cookie %s', async (cookie) => {
      const { status, head } = await edge.ask('/', { accept: 'text/html', cookie });
      expect(status).toBe(200);
      expect(head).toMatch(/sluice_id/i);
      expect(head).toMatch(/v1\.0\.0/);
      expect(head).not.toMatch(/evil/i);
    });

    it.each(['*/*', 'application/json'])(
      'F23 get the start page, and no deep link, with Accept: %s',
      async (accept) => {
        const { status, head } = await edge.ask('/', { accept });
        expect([status, head]).toEqual([200, expect.stringContaining('shell@v1.0.0')]);
        expect((await edge.ask('/orders/17', { accept })).status).toBe(404);
      },
    );

    it('keep the first of two ids', async () => {
      const { head } = await edge.ask('/', { accept: 'text/html', cookie: 'sluice_id=first; sluice_id=second' });
      expect(head).not.toMatch(/sluice_id/i);
    });

    it('F24 are who they are where a cookie has quotes around it, which RFC 6265 allows', async () => {
      const signed = signSubject(by.own, 'known', Math.floor(Date.now() / 1000)) ?? '';
      for (const cookie of ['sluice_id="known"', `sluice_id="known"; sluice_sig="${signed}"`]) {
        const { head } = await edge.ask('/', { accept: 'text/html', cookie });
        expect(head).not.toMatch(/sluice_id/);
        expect(/sluice_sig/.test(head)).toBe(!cookie.includes('sluice_sig'));
      }
    });

    it('choose nothing by a header of edges', async () => {
      for (const said of [
        'page shell@v9.9.9; reason=bucket',
        'set mfe1@v9.9.9; reason=bucket',
        '/mfe1/v9.9.9/evil.js',
      ]) {
        const headers = { accept: 'text/html', 'x-sluice': said, 'x-sluice-app': 'v9.9.9' };
        expect((await edge.ask('/', headers)).head).not.toMatch(/v9\.9\.9|evil/);
      }
    });

    it.each(wrongGrants)('F6 are granted nothing by %s', async (_, wrong) => {
      const cookie = wrong(by);
      for (const path of ['/mfe1/pr-7-abcd/app.js', '/mfe1/pr-7-abcd/version.json', '/shell/pr-7-abcd/index.html']) {
        expect([403, 404]).toContain((await edge.ask(path, { accept: '*/*', cookie })).status);
      }
      const page = await edge.ask('/', { accept: 'text/html', cookie });
      expect([page.status, page.head]).toEqual([200, expect.stringContaining('shell@v1.0.0')]);
      expect(page.head).not.toMatch(/pr-7-abcd|staff/);
      const file = await edge.ask('/mfe1/app.js', { accept: '*/*', cookie });
      expect([file.status, file.head]).toEqual([200, expect.stringContaining('mfe1@v1.0.0; reason=audience')]);
    });

    it.each(opens === 'all' ? [...wrongLinks, ...missingPreviews] : wrongLinks)(
      'F6 open nothing by a link with %s',
      async (_, wrong) => {
        const answer = await edge.ask(`/?${wrong(by)}`, { accept: 'text/html' });
        expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('opens nothing')]);
        expect(answer.head).not.toMatch(/set-cookie|evil/i);
      },
    );

    it
      .runIf(opens)
      .each(['//evil.example/', '/%2f/evil.example', '/\\evil.example', '/..%2f..%2fetc', '/%0d%0aEvil:x'])(
      'F6 are sent nowhere else by a good link at %s',
      async (path) => {
        const { status, headers } = await edge.ask(`${path}?sluice_preview=off`, { accept: 'text/html' });
        expect([status, headers.filter(([name]) => name === 'location')]).toEqual([400, []]);
      },
    );

    it.each(wrongSignatures)('F24 with a signature %s get another one', async (_, wrong) => {
      const known = (sig: string): Promise<{ readonly head: string }> =>
        edge.ask('/', { accept: 'text/html', cookie: `sluice_id=known; sluice_sig=${sig}` });
      const { head } = await known(wrong(by));
      expect(head).toMatch(/sluice_sig/);
      expect(head).not.toMatch(/sluice_id|evil/);
      expect((await known(signSubject(by.own, 'known', Math.floor(Date.now() / 1000)) ?? '')).head).not.toMatch(
        /sluice_sig/,
      );
    });
  });
}
