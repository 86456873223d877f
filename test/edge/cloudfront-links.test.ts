import { edgeKeysOf, type Grant, type Signer, type SigningKey } from '@sluice/core';
import { hmacSha256 } from '@sluice/local';
import { describeWith } from '@sluice/peers';
import { expect, it } from 'vitest';
import { njs, quickjs, v8 } from '../../scripts/conformance/bundle-engines.js';
import { preview, staff, tokenOf, wrongGrants, wrongLinks, type Signers } from './attacks.js';
import { answered, asked, handle, request, valuesOf, type Request, type Response } from './cloudfront.js';

// Links for previews and audiences at CloudFront, in three engines: whichever request viewer-response is shown.

const key = { id: 'k1', secret: 'a secret of thirty-two characters' };
const older = { id: 'k0', secret: 'the secret before it, of more than 32' };
const entry = '{"version":"v1.0.0","canaryVersion":null,"canaryPercent":0}';
const entries = { shell: entry, mfe1: entry, old: entry, team: entry };
const signerOf = (one: SigningKey): Signer => ({ keys: () => [one], mac: hmacSha256 });
const by: Signers = {
  own: signerOf(key),
  foreign: signerOf({ id: 'k1', secret: 'the secret of another platform, and not ours' }),
};
const token = (grant: Grant): string => tokenOf(by.own, grant);
const own = preview('mfe1', 'pr-7-abcd');
type Values = Request['querystring'];

/** As CloudFront gives cookies to a function. */
function cookies(header: string): { readonly cookies: Values } {
  const found: Record<string, { value: string; multiValue?: { value: string }[] }> = {};
  for (const pair of header.split('; ').filter((text) => text !== '')) {
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const before = found[name];
    found[name] =
      before === undefined
        ? { value }
        : { ...before, multiValue: [...(before.multiValue ?? [{ value: before.value }]), { value }] };
  }
  return { cookies: found };
}

for (const engine of [v8, quickjs, njs]) {
  describeWith([engine], `links at CloudFront, in ${engine.name}`, () => {
    /** The answer to a request as viewer-request has passed it on; also where viewer-response is shown the one that came. */
    const answers = async (of: Request, keys: readonly SigningKey[] = [key]): Promise<readonly Response[]> => {
      const stored = keys.length === 0 ? entries : { ...entries, sluice: edgeKeysOf(keys) };
      const [first] = await handle(engine, stored, [asked(of)]);
      const passed = first?.result as Request | Response;
      if ('statusCode' in passed) return [passed, passed];
      const handled = await handle(engine, stored, [answered(passed), answered(of)]);
      return handled.map(({ result }) => result as Response);
    };
    const both = async <T>(of: Request, what: (response: Response) => T, keys?: readonly SigningKey[]): Promise<T> => {
      const [one, other] = (await answers(of, keys)).map(what);
      expect(other).toEqual(one);
      return one as T;
    };
    const page = (query: Values, cookie = '') => request('/orders/17', { querystring: query, ...cookies(cookie) });
    const told = (cookie: string, keys?: readonly SigningKey[]) =>
      both(page({}, cookie), ({ headers }) => headers['server-timing']?.value, keys);
    const file = (cookie: string, uri = '/mfe1/pr-7-abcd/assets/a.js', keys?: readonly SigningKey[]) =>
      both(
        request(uri, { headers: { accept: { value: '*/*' } }, ...cookies(cookie) }),
        ({ statusCode, body, headers }) => [statusCode, body, headers['cache-control']?.value],
        keys,
      );
    const refused = [403, '', 'no-store'];
    const served = [200, undefined, 'private, max-age=3600'];

    it('F6 a link is taken into a cookie, and the browser sent to the same page without it', async () => {
      const link = token(own);
      const query = { tab: { value: '2' }, sluice_preview: { value: link.replaceAll(':', '%3A') } };
      const answer = await both(page(query), ({ statusCode, headers, cookies: set, body }) => {
        return { statusCode, location: headers['location']?.value, cache: headers['cache-control']?.value, set, body };
      });
      expect(answer).toEqual({
        statusCode: 302,
        location: '?tab=2',
        cache: 'no-store',
        body: '',
        set: {
          sluice_preview_mfe1: {
            value: link,
            attributes: expect.stringMatching(/^Path=\/; Max-Age=3[56]\d\d; SameSite=Lax; HttpOnly; Secure$/) as string,
          },
        },
      });
    });

    it('F6 several are taken at once, and the rest of the address stays as it was', async () => {
      const query = {
        a: { value: '1', multiValue: [{ value: '1' }, { value: '%20x' }] },
        sluice_audience: { value: token(staff) },
        sluice_preview: {
          value: token(own),
          multiValue: [{ value: token(own) }, { value: token(preview('team', 'pr-3-abcd')) }],
        },
        sluice_preview_mfe1: { value: 'mine' },
      };
      const [location, names] = await both(page(query), ({ headers, cookies: set }) => [
        headers['location']?.value,
        Object.keys(set ?? {}),
      ]);
      expect(location).toBe('?a=1&a=%20x&sluice_preview_mfe1=mine');
      expect(names).toEqual(['sluice_audience_staff', 'sluice_preview_mfe1', 'sluice_preview_team']);
    });

    it('F6 what its cookies grant is told to the page by its document', async () => {
      const cookie = `sluice_id=known; sluice_preview_mfe1=${token(own)}; other=1; sluice_audience_staff=${token(staff)}`;
      expect(await told(cookie)).toBe('sluice;desc="mfe1@pr-7-abcd staff"');
      expect(await told('')).toBe('sluice;desc=""');
      expect(await told(cookie, [])).toBe('sluice;desc=""');
    });

    it('F6 keys before the newest still verify, those that were rotated out no more', async () => {
      const cookie = `sluice_audience_staff=${tokenOf(signerOf(older), staff)}`;
      expect(await told(cookie, [key, older])).toBe('sluice;desc="staff"');
      expect(await told(cookie, [key])).toBe('sluice;desc=""');
    });

    it('F6 files of a preview are for who has its link', async () => {
      expect(await file(`sluice_preview_mfe1=${token(own)}`)).toEqual(served);
      expect(await file(`sluice_preview_mfe1=${token(own)}`, undefined, [])).toEqual(refused);
      for (const app of ['old', 'team']) {
        const cookie = `sluice_preview_${app}=${token(preview(app, 'pr-7-abcd'))}`;
        expect(await file(cookie, `/${app}/pr-7-abcd/a.js`)).toEqual(served);
        expect(await file('', `/${app}/pr-7-abcd/a.js`)).toEqual(refused);
        expect(await file('', `/${app}/pr-7-abcd/LICENSE`)).toEqual(refused);
      }
    });

    it.each(wrongGrants)('F6 nothing is granted by %s', async (_, wrong) => {
      expect(await file(wrong(by))).toEqual(refused);
      expect(await told(wrong(by))).toBe('sluice;desc=""');
    });

    it.each(wrongLinks)('F6 nothing is opened by a link with %s', async (_, wrong) => {
      const query = valuesOf(`${wrong(by)}&x=1`, '&');
      const answer = await both(page(query), ({ statusCode, body, cookies: set, headers }) => {
        return { statusCode, body, set, location: headers['location'], cache: headers['cache-control']?.value };
      });
      expect(answer).toEqual({
        statusCode: 403,
        body: expect.stringContaining('opens nothing') as string,
        set: {},
        location: undefined,
        cache: 'no-store',
      });
    });

    it('a good link beside a bad one is not taken', async () => {
      const query = { sluice_audience: { value: token(staff) }, sluice_preview: { value: 'x' } };
      expect(await both(page(query), ({ statusCode, cookies: set }) => [statusCode, set])).toEqual([403, {}]);
    });

    it('grants are ended by a link, whatever their cookies are called', async () => {
      const cookie =
        'sluice_preview_mfe1=x; sluice_preview___proto__=y; sluice_preview_A;x=z; sluice_audience_staff=s; other=1';
      const ended = await both(page({ sluice_preview: { value: 'off' } }, cookie), ({ cookies: set, headers }) => [
        headers['location']?.value,
        set,
      ]);
      const attributes = 'Path=/; Max-Age=0; SameSite=Lax; HttpOnly; Secure';
      expect(ended).toEqual(['?', { sluice_preview_mfe1: { value: '', attributes } }]);
    });

    it('a thousand cookies and parameters get an answer all the same, and are not all looked at', async () => {
      const many = Array.from({ length: 1000 }, (_unused, i) => `sluice_preview_a${String(i)}=${token(own)}`);
      expect(await told([...many, `sluice_audience_staff=${token(staff)}`].join('; '))).toBe('sluice;desc=""');
      const query = Object.fromEntries(many.map((pair, i) => [`x${String(i)}`, { value: pair }]));
      const multiValue = many.map(() => ({ value: 'off' }));
      const off = { ...query, sluice_preview: { value: 'off', multiValue } };
      const set = await both(page(off, many.join('; ')), (response) => Object.keys(response.cookies ?? {}));
      expect(set).toHaveLength(8);
    });

    it('no header can be put into an answer', async () => {
      const query = { 'a\r\nEvil': { value: '1\r\nEvil: 1' }, sluice_audience: { value: token(staff) } };
      expect(await both(page(query), ({ headers }) => headers['location']?.value)).toBe('?aEvil=1Evil:1');
      const timing = {
        'server-timing': { value: 'sluice;desc="staff"' },
        'x-sluice': { value: 'page shell@v1.0.0; reason=bucket' },
      };
      const forged = request('/orders', { headers: timing });
      for (const { headers } of await answers(forged)) {
        expect(headers['server-timing']?.value).toBe('sluice;desc=""');
      }
    });

    it("a preview's files are opened by nothing that a visitor says, and by no other spelling", async () => {
      for (const said of ['page shell@v1.0.0; reason=bucket', 'keep mfe1@v1.0.0; reason=bucket']) {
        const headers = {
          accept: { value: 'text/html' },
          'x-sluice': { value: said },
          'x-sluice-app': { value: 'mfe2' },
        };
        const statuses = (await answers(request('/mfe1/pr-7-abcd/a.js', { headers }))).map((one) => one.statusCode);
        expect(statuses).toEqual([403, 403]);
      }
      for (const uri of [
        '/mfe1/%70r-7-abcd/a.js',
        '/mfe1/pr-7-abc%64/a.js',
        '/mfe1/./pr-7-abcd/a.js',
        '/team/%2570r-7-abcd/a.js',
      ])
        expect((await answers(request(uri))).map((one) => one.statusCode >= 400)).toEqual([true, true]);
      expect(await file('', '/mfe1/%70r-7-abcd/pr-7-abcd/a.js')).toEqual(refused);
    });

    it('links are nothing to files and to the API', async () => {
      const querystring = { sluice_audience: { value: token(staff) } };
      for (const uri of [
        '/mfe1/v1.0.0/a.js',
        '/mfe1/active-version.json',
        '/api/pr-7-abcd/x',
        '/platform-index.json',
      ]) {
        const of = request(uri, { querystring, headers: { accept: { value: '*/*' } } });
        expect(await both(of, ({ statusCode, headers }) => [statusCode, headers['cache-control']?.value])).toEqual([
          200,
          'immutable',
        ]);
      }
    });
  });
}
