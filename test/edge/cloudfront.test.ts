import { readFileSync } from 'node:fs';
import {
  bucketOf,
  edgeEntryOf,
  edgeKeysOf,
  readPointer,
  signSubject,
  subjectOf,
  subjectSignedS,
  type Decision,
  type Pointer,
} from '@sluice/core';
import { hmacSha256 } from '@sluice/local';
import { describeWith } from '@sluice/peers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { njs, quickjs, v8 } from '../../scripts/conformance/bundle-engines.js';
import { bundleViewerRequest, bundleViewerResponse } from '../../scripts/edge/bundle.js';
import { beyondEngine } from '../../scripts/edge/engine-level.js';
import {
  answered,
  asked,
  handle,
  request,
  type Event,
  type Handled,
  type Request,
  type Response,
} from './cloudfront.js';

const pointer = (fields: Record<string, unknown>): string => {
  const read = readPointer({ version: 'v1.0.0', canaryVersion: null, canaryPercent: 0, lastUpdated: '', ...fields });
  if (read === undefined) throw new Error('the test is wrong');
  return edgeEntryOf(read.pointer);
};
const canary = { canaryVersion: 'v1.1.0', canaryPercent: 50 };
const entries = {
  shell: pointer({ ...canary, salt: 'shell' }),
  admin: pointer({ version: 'v3.0.0' }),
  mfe1: pointer({ ...canary, salt: 'mfe1' }),
  mfe2: pointer({ ...canary, enabledRegions: ['DE'] }),
  old: pointer({ version: 'v7.0.0' }),
};
const idIn = (arm: 'canary' | 'stable', salt: string): string => {
  for (let i = 0; ; i += 1) if (bucketOf(salt, `id${String(i)}`) < 5000 === (arm === 'canary')) return `id${String(i)}`;
};
const cookies = (all: Record<string, string>) => ({
  cookies: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value }])),
});

describe('the CloudFront Functions', () => {
  it('have no more than 5 KB each, and nothing that their engine does not have', async () => {
    for (const { code } of [await bundleViewerRequest(), await bundleViewerResponse()]) {
      expect(Buffer.byteLength(code)).toBeLessThanOrEqual(5120);
      expect(beyondEngine(code)).toEqual([]);
      expect(code).toMatch(/function handler\(/);
    }
  });

  it('F18 have no more than 5.5 KB each with what `visitors` asks for, which the others have nothing of', async () => {
    for (const bundle of [bundleViewerRequest, bundleViewerResponse]) {
      const { code } = await bundle('with visitors');
      expect(Buffer.byteLength(code)).toBeLessThanOrEqual(5632);
      expect(beyondEngine(code)).toEqual([]);
      expect(code).toContain('sluice_consent');
      expect((await bundle()).code).not.toMatch(/consent|identity/);
    }
  });

  it.each([
    'for (const x of y) z(x);',
    'const { a } = b;',
    'f(...x);',
    'class A {}',
    'function f(a = 1) {}',
    'a?.b;',
    'a ?? b;',
    '1n;',
    'x = { a };',
    '/(?<=a)b/;',
    '/a/u;',
    'try {} catch {}',
    'x = async () => 1;',
    'f`x`;',
    'async function f() { g(await h()); }',
  ])('are refused by their build where they would have %s', (code) => {
    expect(beyondEngine(code)).not.toEqual([]);
  });
});

for (const engine of [v8, quickjs, njs]) {
  describeWith([engine], `the CloudFront Functions in ${engine.name}`, () => {
    const run = async (event: Event) => {
      const [handled] = await handle(engine, entries, [event]);
      if (handled === undefined) throw new Error('the function said nothing');
      return handled;
    };
    const uriOf = async (of: Request) => ((await run(asked(of))).result as Request).uri;
    /** What the visitor gets: the answer to the request as viewer-request has passed it on. */
    const answerTo = async (of: Request) =>
      (await run(answered((await run(asked(of))).result as Request))).result as Response;
    const statusOf = async (of: Request) => ((await run(asked(of))).result as Response).statusCode;

    it('F1 rewrites a document to the version that was decided, and reads the one app only', async () => {
      for (const arm of ['canary', 'stable'] as const) {
        const { result, read } = await run(asked(request('/orders/17', cookies({ sluice_id: idIn(arm, 'shell') }))));
        expect((result as Request).uri).toBe(`/shell/${arm === 'canary' ? 'v1.1.0' : 'v1.0.0'}/index.html`);
        expect(read).toEqual(['shell']);
      }
    });

    it('gives a visitor without an id one at the response: the one that the request was decided by', async () => {
      const before = request('/');
      const rewritten = (await run(asked(before))).result as Request;
      // CloudFront may show the response the request as it was sent, or as it was rewritten.
      for (const shown of [before, rewritten]) {
        const response = (await run(answered(shown))).result as Response;
        const id = response.cookies?.['sluice_id'];
        expect(id?.value).toMatch(/^[\w-]{32,64}$/);
        expect(id?.attributes).toBe('Path=/; Max-Age=31536000; SameSite=Lax; Secure');
        const version = bucketOf('shell', id?.value ?? '') < 5000 ? 'v1.1.0' : 'v1.0.0';
        expect(rewritten.uri).toBe(`/shell/${version}/index.html`);
        const label = shown === before ? undefined : `shell@${version}; reason=bucket`;
        expect(response.headers['x-sluice']?.value).toBe(label);
        expect(response.headers['cache-control']?.value).toBe('private, no-cache');
      }
    });

    it('leaves a known visitor without a new cookie', async () => {
      const response = await answerTo(request('/', cookies({ sluice_id: 'known' })));
      expect(response.cookies).toEqual({});
    });

    describe('with a signing key in the key-value store', () => {
      const key = { id: 'k1', secret: 'a secret of thirty-two characters' };
      const newer = { id: 'k2', secret: 'the next secret, of more than 32 characters' };
      const signerOf = (...keys: { id: string; secret: string }[]) => ({ keys: () => keys, mac: hmacSha256 });
      const signer = signerOf(key);
      const answer = async (sent: Record<string, string>, stored = edgeKeysOf([key])) => {
        const event = answered(request('/', cookies(sent)));
        const [handled] = await handle(engine, stored === '' ? entries : { ...entries, sluice: stored }, [event]);
        const { cookies: set = {} } = (handled as Handled).result as Response;
        return { read: (handled as Handled).read, signature: set['sluice_sig'], id: set['sluice_id']?.value };
      };
      const nowS = () => Math.floor(Date.now() / 1000);
      const daysLeft = (days: number, subject = 'known', by = signer) =>
        signSubject(by, subject, nowS() - subjectSignedS + days * 86_400) ?? '';
      const believed = (subject: string, signature: string) =>
        subjectOf(signer, { cookies: `sluice_id=${subject}; sluice_sig=${signature}`, nowS: nowS() });

      it('signs a new id and one that nobody signed, so that ingestion believes it', async () => {
        const made = await answer({});
        expect(believed(made.id ?? '', made.signature?.value ?? '').signature).toBe('fresh');
        expect(made.signature?.attributes).toBe('Path=/; Max-Age=2592000; SameSite=Lax; HttpOnly; Secure');
        const known = await answer({ sluice_id: 'known' });
        expect(believed('known', known.signature?.value ?? '')).toEqual({ subject: 'known', signature: 'fresh' });
        expect([known.id, known.read]).toEqual([undefined, ['sluice']]);
      });

      it('leaves a signature that is not due as it is', async () => {
        const fresh = await answer({ sluice_id: 'known', sluice_sig: daysLeft(16) });
        expect(fresh).toEqual({ read: ['sluice'], signature: undefined, id: undefined });
        const due = await answer({ sluice_id: 'known', sluice_sig: daysLeft(14) });
        expect(believed('known', due.signature?.value ?? '').signature).toBe('fresh');
      });

      it('signs by the newest of several keys, and anew what an older one has signed', async () => {
        const stored = edgeKeysOf([newer, key]);
        const by = async (sent: Record<string, string>) => (await answer(sent, stored)).signature?.value.split('.')[0];
        expect(await by({})).toBe('k2');
        expect(await by({ sluice_id: 'known', sluice_sig: daysLeft(29) })).toBe('k2');
        expect(await by({ sluice_id: 'known', sluice_sig: daysLeft(29, 'known', signerOf(newer)) })).toBeUndefined();
      });

      it('signs a new id also where the browser has kept the signature of another', async () => {
        const made = await answer({ sluice_sig: daysLeft(29, 'other') });
        expect(believed(made.id ?? '', made.signature?.value ?? '').signature).toBe('fresh');
      });

      it.each([
        ['expired', () => daysLeft(-1)],
        ['forged, and looks fresh', () => `${daysLeft(29).slice(0, -43)}${'A'.repeat(43)}`],
        ["another's", () => daysLeft(29, 'other')],
        ['of a key that was rotated out', () => daysLeft(29, 'known', signerOf({ ...newer, id: 'k0' }))],
        ['of another secret with the same id', () => daysLeft(29, 'known', signerOf({ ...newer, id: 'k1' }))],
        ['no signature', () => 'k1.x.y'],
        ['oversized', () => `${daysLeft(29)}${'x'.repeat(5000)}`],
        ['empty', () => ''],
      ])('replaces one that is %s', async (_, sent) => {
        const { signature } = await answer({ sluice_id: 'known', sluice_sig: sent() });
        expect(believed('known', signature?.value ?? '').signature).toBe('fresh');
      });

      it.each([
        '',
        '{',
        'null',
        '{}',
        '[]',
        '[null]',
        '["k1"]',
        '{"id":"k1","secret":"12345678901234567890123456789012"}',
        '[{"id":"k1","secret":""}]',
        '[{"id":"k1"}]',
        '[{"id":"k;1","secret":"12345678901234567890123456789012"}]',
      ])('signs nothing by the key %j, and answers', async (stored) => {
        const { signature, id } = await answer({}, stored);
        expect([signature, id === undefined]).toEqual([undefined, false]);
      });
    });

    it('passes versions, pointers, index and API on as they are, and reads nothing', async () => {
      for (const uri of [
        '/mfe1/v1.0.0/assets/a.js',
        '/mfe1/active-version.json',
        '/platform-index.json',
        '/api/metrics',
      ]) {
        const { result, read } = await run(asked(request(uri)));
        expect((result as Request).uri).toBe(uri);
        expect(read).toEqual([]);
        expect((await run(answered(request(uri)))).result).toEqual(answered(request(uri)).response);
      }
    });

    it.each(['page shell@v9.9.9; reason=bucket', 'set mfe1@v9.9.9; reason=bucket'])(
      'passes on nothing that a visitor says in place of viewer-request: %s',
      async (said) => {
        const forged = { headers: { 'x-sluice': { value: said } } };
        for (const uri of ['/mfe1/v1.0.0/assets/a.js', '/platform-index.json', '/mfe1/a.js', '/']) {
          const passed = (await run(asked(request(uri, forged)))).result as Request;
          expect(JSON.stringify(passed)).not.toContain('v9.9.9');
        }
      },
    );

    it.each([
      'page shell@v1.0.0; reason=bucket\r\nset-cookie: a=b',
      'set __proto__@v1.0.0; reason=bucket',
      'set mfe1@v1.0.0; Path=/; reason=bucket',
      'page shell@; reason=bucket',
      '',
    ])('takes over nothing that viewer-request would not say: %j', async (said) => {
      const of = request('/mfe1/v1.0.0/a.js', { headers: { 'x-sluice': { value: said } } });
      expect((await run(answered(of))).result).toEqual(answered(of).response);
    });

    it('answers a path without version, and keeps it by the cookie of the brief', async () => {
      const asset = { headers: { accept: { value: '*/*' } } };
      const id = idIn('canary', 'mfe1');
      const first = request('/mfe1/mf-manifest.json', { ...asset, ...cookies({ sluice_id: id }) });
      expect(await uriOf(first)).toBe('/mfe1/v1.1.0/mf-manifest.json');
      const response = await answerTo(first);
      expect(response.cookies).toEqual({
        'mfe1-version': { value: 'v1.1.0', attributes: 'Path=/; Max-Age=3600; SameSite=Lax; Secure' },
      });
      expect(response.headers['cache-control']?.value).toBe('no-cache');
      const kept = { sluice_id: id, 'mfe1-version': 'v1.0.0' };
      const again = request('/mfe1/mf-manifest.json', { ...asset, ...cookies(kept) });
      expect(await uriOf(again)).toBe('/mfe1/v1.0.0/mf-manifest.json');
      expect((await answerTo(again)).cookies).toEqual({});
      // The canary is not for who is outside of its share, and another version for nobody.
      const outside = { sluice_id: idIn('stable', 'mfe1'), 'mfe1-version': 'v1.1.0' };
      expect(await uriOf(request('/mfe1/a.js', { ...asset, ...cookies(outside) }))).toBe('/mfe1/v1.0.0/a.js');
      const forged = { sluice_id: id, 'mfe1-version': 'v9.9.9' };
      expect(await uriOf(request('/mfe1/a.js', { ...asset, ...cookies(forged) }))).toBe('/mfe1/v1.1.0/a.js');
    });

    it.each<[string, Partial<Request>, string]>([
      ['the query', { querystring: { canary: { value: 'true' } } }, 'v1.1.0'],
      ['the query per app', { querystring: { sluice_override: { value: 'mfe1%3Acanary%2cx' } } }, 'v1.1.0'],
      ['the header', { headers: { 'x-sluice-canary': { value: 'true' } } }, 'v1.1.0'],
      ['a cookie', cookies({ canary: 'true' }), 'v1.1.0'],
      ['a cookie per app', cookies({ sluice_override: '"mfe2:stable,mfe1:canary"' }), 'v1.1.0'],
      ['no exact name', cookies({ notcanary: 'true' }), 'v1.0.0'],
      ['no exact value', cookies({ canary: 'trueish' }), 'v1.0.0'],
    ])('F6 takes an override from %s', async (_, more, version) => {
      const id = { sluice_id: { value: idIn('stable', 'mfe1') } };
      const overridden = request('/mfe1/a.js', { ...more, cookies: { ...more.cookies, ...id } });
      expect(await uriOf(overridden)).toBe(`/mfe1/${version}/a.js`);
    });

    it('F17 gives stable to bots, to regions that are not named, and to a subject that it never gave', async () => {
      const id = cookies({ sluice_id: idIn('canary', 'mfe1') });
      const bot = { headers: { 'user-agent': { value: 'Googlebot/2.1' } } };
      expect(await uriOf(request('/mfe1/a.js', { ...id, ...bot }))).toBe('/mfe1/v1.0.0/a.js');
      const german = { headers: { 'cloudfront-viewer-country': { value: 'DE' } } };
      const other = cookies({ sluice_id: idIn('canary', 'mfe2@v1.1.0') });
      expect(await uriOf(request('/mfe2/a.js', { ...other, ...german }))).toBe('/mfe2/v1.1.0/a.js');
      expect(await uriOf(request('/mfe2/a.js', other))).toBe('/mfe2/v1.0.0/a.js');
      expect(await uriOf(request('/mfe1/a.js', cookies({ sluice_id: 'x y' })))).toBe('/mfe1/v1.0.0/a.js');
    });

    it('F23 answers documents below a mount from its shell, and takes an app without a folder for a page', async () => {
      expect(await uriOf(request('/admin/users'))).toBe('/admin/v3.0.0/users');
      expect(await uriOf(request('/administration'))).toMatch(/^\/shell\//);
      expect(await uriOf(request('/admin'))).toBe('/admin/v3.0.0/index.html');
    });

    it("strips the app in the brief's layout, and puts it where the cache key finds it", async () => {
      const handled = (await run(asked(request('/old/remoteEntry.js')))).result as Request;
      expect(handled.uri).toBe('/v7.0.0/remoteEntry.js');
      expect(handled.headers['x-sluice-app']?.value).toBe('old');
      const versioned = (await run(asked(request('/old/v7.0.0/a.js')))).result as Request;
      expect(versioned.uri).toBe('/v7.0.0/a.js');
      expect(versioned.headers['x-sluice-app']?.value).toBe('old');
      expect(await uriOf(request('/old/active-version.json'))).toBe('/active-version.json');
    });

    it.each([
      '/mfe1/../secret',
      '/mfe1/v1.0.0/..%2f..%2fsecret',
      '/mfe1/%2e%2e/secret',
      '/mfe1/%252e%252e/secret',
      '/mfe1/.git/config',
      '/mfe1//a.js',
      '/a%0d%0aset-cookie:x',
      '/mfe1/a%00.js',
      '/mfe1/%5c..%5csecret',
      '/%zz',
      '/mfe1/%ff',
      `/${'a'.repeat(3000)}`,
    ])('refuses %s', async (uri) => {
      expect(await statusOf(request(uri))).toBe(400);
    });

    it('answers the start page to whoever asks, and never passes on what it does not know', async () => {
      const everything = { headers: { accept: { value: '*/*' } } };
      expect(await uriOf(request('/', everything))).toMatch(/^\/shell\/v1\.[01]\.0\/index\.html$/);
      for (const uri of [
        '/orders',
        '/platform.json',
        '/groups/g.json',
        '/constructor/x.js',
        '/mfe1/v1.0.0',
        '/mfe9/a.js',
        '/mfe1/%70r-7-abcd/a.js',
        '/mfe1/v1.0.%30/a.js',
      ]) {
        expect(await statusOf(request(uri, everything))).toBe(404);
      }
    });

    it.each([
      ['nothing', {}],
      ['no JSON', { shell: '{"version"' }],
      ['no version', { shell: '{"version":"latest","canaryVersion":null,"canaryPercent":0}' }],
      ['null', { shell: 'null' }],
    ])('answers 503 where the key-value store has %s', async (_, broken) => {
      const [one] = await handle(engine, broken, [asked(request('/'))]);
      expect((one as Handled).result).toEqual({ statusCode: 503 });
    });

    it('decides every vector that a request can carry as the vectors say', async () => {
      interface Vector {
        readonly app: string;
        readonly pointer: unknown;
        readonly subject?: string;
        readonly bot?: boolean;
        readonly override?: string;
        readonly region?: string;
        readonly claims?: readonly string[];
        readonly hashes?: readonly string[];
        readonly expected: Decision;
      }
      const file = JSON.parse(readFileSync('conformance/decision.json', 'utf8')) as { decisions: Vector[] };
      const carried = file.decisions.filter(
        ({ app, pointer, subject = '', claims = [], hashes = [] }) =>
          ['shell', 'mfe1', 'mfe2'].includes(app) &&
          readPointer(pointer) !== undefined &&
          /^[\w-]{0,64}$/.test(subject) &&
          claims.length + hashes.length === 0,
      );
      expect(carried.length).toBeGreaterThan(50);
      for (const vector of carried) {
        const { pointer } = readPointer(vector.pointer) as { pointer: Pointer };
        const headers = {
          ...(vector.bot === true ? { 'user-agent': { value: 'Googlebot' } } : {}),
          ...(vector.override === undefined
            ? {}
            : { 'x-sluice-canary': { value: String(vector.override === 'canary') } }),
          ...(vector.region === undefined ? {} : { 'cloudfront-viewer-country': { value: vector.region } }),
        };
        const id = vector.subject === undefined ? {} : { sluice_id: vector.subject };
        const event = asked(request(`/${vector.app}/a.js`, { headers, ...cookies(id) }));
        const [handled] = await handle(engine, { [vector.app]: edgeEntryOf(pointer) }, [event]);
        const { version, reason } = vector.expected;
        const said = ((handled as Handled).result as Request).headers['x-sluice']?.value ?? '';
        expect(said.replace(/^(set|keep) /, '')).toBe(`${vector.app}@${version}; reason=${reason}`);
      }
    });
  });
}

describeWith([njs], 'all engines', () => {
  it('make the same of whatever is asked', async () => {
    const word = fc.constantFrom(
      'mfe1',
      'shell',
      'v1.0.0',
      'active-version.json',
      'a%20b',
      'ä',
      '..',
      '%2e',
      'x+y',
      '',
    );
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const some = fc.constantFrom('true', 'false', 'mfe1:canary', 'v1.1.0', 'id1');
    const values = (names: readonly string[]) =>
      fc.dictionary(
        fc.constantFrom(...names),
        fc.oneof(some, text).map((value) => ({ value })),
        { maxKeys: 3 },
      );
    const events = fc.sample(
      fc.record({
        method: fc.constantFrom('GET', 'HEAD'),
        uri: fc.array(word, { maxLength: 4 }).map((words) => `/${words.join('/')}`),
        cookies: values(['sluice_id', 'canary', 'sluice_override', 'mfe1-version']),
        querystring: values(['canary', 'sluice_override']),
        headers: values(['accept', 'x-sluice-canary', 'user-agent', 'x-sluice']),
      }),
      { numRuns: 400, seed: 17 },
    );
    const both = events.flatMap((event) => [asked(event), answered(event)]);
    const inV8 = await handle(v8, entries, both);
    expect(inV8).toHaveLength(800);
    expect(await handle(quickjs, entries, both)).toEqual(inV8);
    expect(await handle(njs, entries, both)).toEqual(inV8);
  });
});
