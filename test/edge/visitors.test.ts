import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bucketOf, signSubject, subjectOf, subjectSignedS, type Signer, type VisitorRules } from '@sluice/core';
import { createFileSigner } from '@sluice/local';
import { describeWith } from '@sluice/peers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { preview, tokenOf } from './attacks.js';
import { edges, type Edge, type Said } from './edges.js';
import { smallStore, type SmallStore } from './small-store.js';

// What `visitors` of the configuration asks of every edge; the page's half is in packages/resolver.

const canary = { canaryVersion: 'v1.1.0', canaryPercent: 50, salt: 'half' };
const inCanary = (id: string): boolean => bucketOf('half', id) < 5000;
const idIn = (arm: 'canary' | 'stable', numbers: (i: number) => string = (i) => `id${String(i)}`): string => {
  for (let i = 0; ; i += 1) if (inCanary(numbers(i)) === (arm === 'canary')) return numbers(i);
};
const nowS = (): number => Math.floor(Date.now() / 1000);

/** What the visitor gets of cookies, by name: the value, `gone` where it is taken away. */
function cookiesOf({ headers, head }: Said): Readonly<Record<string, string>> {
  const sent = headers.filter(([name]) => name === 'set-cookie').map(([, text]) => text);
  // CloudFront has them beside the headers.
  const beside = head.startsWith('[') ? ((JSON.parse(head) as [string, Beside])[1].cookies ?? {}) : {};
  const all = [
    ...sent,
    ...Object.entries(beside).map(([name, { value, attributes }]) => `${name}=${value}; ${attributes}`),
  ];
  return Object.fromEntries(
    all.map((text) => {
      const [name = '', value = ''] = (text.split(';')[0] ?? '').split(/=(.*)/);
      return [name, /; Max-Age=0;/.test(text) ? 'gone' : value];
    }),
  );
}
interface Beside {
  readonly cookies?: Readonly<Record<string, { readonly value: string; readonly attributes: string }>>;
}

/** Nobody's consent: who sends one of these has not agreed. */
const noConsent: readonly string[] = [
  '',
  'sluice_consent=false',
  'sluice_consent=',
  'sluice_consent',
  'sluice_consent=TRUE',
  'sluice_consent=1',
  'sluice_consent=truely',
  'sluice_consent="false"',
  'xsluice_consent=true; sluice_consentx=true',
  'sluice_consent=false; sluice_consent=true',
  '__proto__=true; constructor=true; toString=true',
];

for (const { name, needed, start } of edges) {
  describeWith([needed], `visitors at ${name}`, () => {
    let store: SmallStore;
    let folder = '';
    let signer: Signer;
    const started = new Map<string, Edge>();
    const edgeWith = async (rules: VisitorRules): Promise<Edge> => {
      const key = JSON.stringify(rules);
      const edge = started.get(key) ?? (await start(store, join(folder, 'keys.json'), rules));
      started.set(key, edge);
      return edge;
    };
    beforeAll(async () => {
      store = await smallStore(['pr-7-abcd']);
      await store.point('shell', canary);
      await store.point('mfe1', canary);
      folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
      signer = await createFileSigner({ path: join(folder, 'keys.json'), now: Date.now });
    });
    afterAll(async () => {
      for (const edge of started.values()) await edge.close();
      await store?.remove();
      await rm(folder, { recursive: true, force: true });
    });

    const ask = async (rules: VisitorRules, path: string, cookie: string, more = {}): Promise<Said> =>
      (await edgeWith(rules)).ask(path, { accept: path === '/' ? 'text/html' : '*/*', cookie, ...more });
    const required: VisitorRules = { consent: 'required' };
    const coarse: VisitorRules = { identity: 'coarse' };
    const both: VisitorRules = { ...required, ...coarse };
    const signed = (id: string): string => `sluice_id=${id}; sluice_sig=${signSubject(signer, id, nowS()) ?? ''}`;
    const stateOf = (cookies: string) => subjectOf(signer, { cookies, nowS: nowS() });

    it.each(noConsent)('F18 are given no cookie at all, and stable, before they agree: %s', async (cookie) => {
      for (const path of ['/', '/mfe1/app.js']) {
        const said = await ask(required, path, cookie);
        expect([said.status, said.head]).toEqual([200, expect.stringContaining('@v1.0.0; reason=no-subject')]);
        expect(cookiesOf(said)).toEqual({});
        expect(said.head).not.toMatch(/set-cookie/i);
        expect(said.head).toContain(path === '/' ? 'private, no-cache' : 'no-cache');
      }
    });

    it('F5 a visitor who has not agreed flaps never, whatever id is sent', async () => {
      for (const id of [idIn('canary'), idIn('stable'), '12345']) {
        expect((await ask(required, '/', `sluice_id=${id}`)).head).toContain('shell@v1.0.0; reason=no-subject');
      }
    });

    it('F18 get id and signature with the first page after they agreed, and keep them', async () => {
      const first = await ask(required, '/', 'sluice_consent=true');
      const { sluice_id: id = '', sluice_sig: sig = '', ...others } = cookiesOf(first);
      expect([id, others]).toEqual([expect.stringMatching(/^[\w-]{16,64}$/), {}]);
      expect(first.head).toContain(`shell@${inCanary(id) ? 'v1.1.0' : 'v1.0.0'}; reason=bucket`);
      const kept = `sluice_consent=true; sluice_id=${id}; sluice_sig=${sig}`;
      expect(stateOf(kept)).toEqual({ subject: id, signature: 'fresh' });
      expect(cookiesOf(await ask(required, '/', kept))).toEqual({});
      const sticky = await ask(required, '/mfe1/app.js', kept);
      expect(cookiesOf(sticky)).toEqual({ 'mfe1-version': inCanary(id) ? 'v1.1.0' : 'v1.0.0' });
    });

    it.each(['', 'sluice_consent=false; '])(
      'F18 lose what they brought where they have not agreed: %s',
      async (said) => {
        const page = await ask(required, '/', `${said}${signed(idIn('canary'))}; mfe1-version=v1.1.0`);
        expect(page.head).toContain('shell@v1.0.0; reason=no-subject');
        expect(cookiesOf(page)).toEqual({ sluice_id: 'gone', sluice_sig: 'gone' });
        const forged = await ask(required, '/', `${said}sluice_id=known; sluice_sig=evil`);
        expect(cookiesOf(forged)).toEqual({ sluice_id: 'gone', sluice_sig: 'gone' });
        const file = await ask(required, '/mfe1/app.js', `${said}${signed(idIn('canary'))}; mfe1-version=v1.1.0`);
        expect(file.head).toContain('mfe1@v1.0.0; reason=no-subject');
        expect(cookiesOf(file)).toEqual({ 'mfe1-version': 'gone' });
      },
    );

    it('F6 F18 get what they ask for without an id: an override, and a link with the cookie of what it opens', async () => {
      const asked = await ask(required, '/', 'canary=true');
      expect([asked.head, cookiesOf(asked)]).toEqual([expect.stringContaining('shell@v1.1.0; reason=override'), {}]);
      const token = tokenOf(signer, preview('mfe1', 'pr-7-abcd'));
      const edge = await edgeWith(required);
      const link = await edge.ask(`/?sluice_preview=${token}`, { accept: 'text/html' });
      expect(Object.keys(cookiesOf(link))).toEqual(['sluice_preview_mfe1']);
      const shown = await ask(required, '/', `sluice_preview_mfe1=${token}`);
      expect([shown.head, cookiesOf(shown)]).toEqual([expect.stringContaining('mfe1@pr-7-abcd'), {}]);
      const holder = await ask(required, '/', `${signed('known')}; sluice_preview_mfe1=${token}`);
      expect(cookiesOf(holder)).toEqual({ sluice_id: 'gone', sluice_sig: 'gone' });
    });

    it('F5 coarse ids are numbers below 100,000, signed, and kept', async () => {
      const first = await ask(coarse, '/', '');
      const { sluice_id: id = '', sluice_sig: sig = '' } = cookiesOf(first);
      expect(id).toMatch(/^(0|[1-9]\d{0,4})$/);
      expect(first.head).toContain(`shell@${inCanary(id) ? 'v1.1.0' : 'v1.0.0'}; reason=bucket`);
      expect(stateOf(`sluice_id=${id}; sluice_sig=${sig}`)).toEqual({ subject: id, signature: 'fresh' });
      expect(cookiesOf(await ask(coarse, '/', `sluice_id=${id}; sluice_sig=${sig}`))).toEqual({});
    });

    it('F5 an id of one device gives way to a coarse one, however well it is signed', async () => {
      for (const known of [signed('0123456789abcdef0123456789abcdef'), signed('123456'), 'sluice_id=abc']) {
        const { sluice_id: id = '', sluice_sig: sig = '' } = cookiesOf(await ask(coarse, '/', known));
        expect(id).toMatch(/^\d{1,5}$/);
        expect(stateOf(`sluice_id=${id}; sluice_sig=${sig}`)).toMatchObject({ subject: id });
      }
    });

    it('the signature of a coarse id tells nothing more than the id: all of half a month have the same end', async () => {
      const { sluice_sig: sig = '' } = cookiesOf(await ask(coarse, '/', 'sluice_id=12345'));
      const untilS = Number(sig.split('.')[1]);
      expect(untilS % (subjectSignedS / 2)).toBe(0);
      expect(untilS - nowS()).toBeGreaterThan(subjectSignedS / 2 - 60);
      expect(cookiesOf(await ask(coarse, '/', `sluice_id=12345; sluice_sig=${sig}`))).toEqual({});
    });

    it('F18 both: nothing before consent, a coarse id after it, and an id of one device goes either way', async () => {
      const known = signed('0123456789abcdef0123456789abcdef');
      expect(cookiesOf(await ask(both, '/', ''))).toEqual({});
      expect(cookiesOf(await ask(both, '/', known))).toEqual({ sluice_id: 'gone', sluice_sig: 'gone' });
      const { sluice_id: id, sluice_sig: sig } = cookiesOf(await ask(both, '/', `sluice_consent=true; ${known}`));
      expect([id, sig]).toEqual([expect.stringMatching(/^\d{1,5}$/), expect.stringMatching(/^[a-z0-9]+\.\d+\./)]);
    });

    it('consent means nothing where nobody asks for it', async () => {
      const { head } = await ask({}, '/', `sluice_consent=false; ${signed(idIn('canary'))}`);
      expect(head).toContain('shell@v1.1.0; reason=bucket');
    });
  });
}
