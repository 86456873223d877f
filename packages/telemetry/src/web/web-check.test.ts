import { gzipSync } from 'node:zlib';
import { parseAppId, parseVersionId, type CheckSubject } from '@sluice/core';
import { checkContract, type EndpointManner } from '@sluice/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { someEndpoints, type Reply } from './endpoint.fixture.js';
import { createWebCheck, type WebCheckOptions } from './web-check.js';

const endpoints = someEndpoints();
afterEach(endpoints.clean);

const criteria = {
  passes: { kind: 'one-of', values: ['ok'] },
  rollsBack: { kind: 'one-of', values: ['failed'] },
} as const;
const secret = 'Bearer 7f3a-never-told';

function check(url: string, more: Partial<WebCheckOptions> = {}) {
  const headers = { Authorization: secret };
  return createWebCheck({ name: 'smoke', url, method: 'GET', headers, path: [], criteria, timeoutMs: 30_000, ...more });
}

const replies: { readonly [K in Exclude<EndpointManner['kind'], 'says' | 'status'>]: Reply } = {
  hangs: () => undefined,
  drips: (response) => void response.write('"o'),
  'is-gone': () => undefined,
  'says-much': (response) => response.end(`"ok"${' '.repeat(200_000)}`),
};

function replyOf(manner: EndpointManner): Reply {
  if (manner.kind === 'says') return (response) => response.end(manner.text);
  if (manner.kind !== 'status') return replies[manner.kind];
  return (response) => {
    response.writeHead(manner.status, { Location: '/ok' });
    response.end();
  };
}

checkContract({
  name: 'web',
  create: async (manner) => {
    const { origin, close } = await endpoints.start(replyOf(manner));
    if (manner.kind === 'is-gone') await close();
    // Only what never answers is given up soon: a busy machine is slow to answer.
    return check(origin, { timeoutMs: manner.kind === 'hangs' || manner.kind === 'drips' ? 1000 : 30_000 });
  },
});

describe('a web check', () => {
  it('fills the subject into path and query, percent-encoded, and reads the value at its path', async () => {
    const { origin, requests } = await endpoints.start((response) => response.end('{"result":{"state":"ok"}}'));
    const url = `${origin}/smoke/{app}/{version}?from={stable}&at={percent}&stage={stage}&id={rollout}&x={other}`;
    const answer = await check(url, { path: ['result', 'state'] }).ask({ ...subject, rolloutId: '../a&b=c' });
    expect(answer).toEqual({ kind: 'passed', why: 'it says "ok"' });
    expect(requests[0]?.path).toBe('/smoke/mfe1/v1.1.0?from=v1.0.0&at=5&stage=1&id=..%2Fa%26b%3Dc&x={other}');
    expect(requests[0]).toMatchObject({ method: 'GET', headers: { authorization: secret } });
  });

  it('posts what it is about as JSON', async () => {
    const { origin, requests } = await endpoints.start((response) => response.end('"ok"'));
    await check(origin, { method: 'POST' }).ask(subject);
    expect(requests[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual(subject);
  });

  it('never follows a redirect, names its host, and sends its headers nowhere else', async () => {
    const elsewhere = await endpoints.start((response) => response.end('"ok"'));
    const { origin } = await endpoints.start((response) => {
      response.writeHead(302, { Location: `${elsewhere.origin}/steal?x=1` });
      response.end();
    });
    const answer = await check(origin).ask(subject);
    expect(answer.kind).toBe('unanswered');
    expect(answer.why).toContain(new URL(elsewhere.origin).host);
    expect(answer.why).not.toContain('steal');
    expect(elsewhere.requests).toEqual([]);
  });

  it('reads no more than 64 KiB, also of what is small while compressed', async () => {
    const { origin } = await endpoints.start((response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' });
      response.end(gzipSync(`"${'x'.repeat(50_000_000)}"`));
    });
    expect(await check(origin).ask(subject)).toEqual({
      kind: 'unanswered',
      why: 'it answered with more than 65536 bytes',
    });
  });

  it('tells neither its headers nor its address, whatever goes wrong', async () => {
    const told: string[] = [];
    for (const [reply, timeoutMs] of [
      [replies['says-much'], 30_000],
      [replyOf({ kind: 'status', status: 401 }), 30_000],
      [replies.hangs, 300],
    ] as const) {
      const { origin } = await endpoints.start(reply);
      const { why } = await check(`${origin}/key-in-the-path`, { timeoutMs }).ask(subject);
      told.push(why);
    }
    expect(told[1]).toBe('it answered 401');
    expect(told[2]).toBe('it did not answer within 300 ms');
    expect(told.join(' ')).not.toMatch(/7f3a|key-in-the-path/);
  });

  it('refuses an address that cannot be read', () => {
    expect(() => check('https://')).toThrow(expect.objectContaining({ code: 'config-invalid' }) as Error);
  });
});

function aSubject(): CheckSubject {
  const app = parseAppId('mfe1');
  const stable = parseVersionId('v1.0.0');
  const canary = parseVersionId('v1.1.0');
  if (app === undefined || stable === undefined || canary === undefined) throw new TypeError('names');
  return { app, stable, canary, rolloutId: 'r1', stage: 1, percent: 5 };
}
const subject = aSubject();
