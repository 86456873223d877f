import { parseAppId, parseVersionId, type Check, type CheckSubject } from '@sluice/core';
import { describe, expect } from 'vitest';
import { suiteWith, type Deviation } from './deviation.js';

/** What the other end does: says this text, answers this status, never answers, is not there. */
export type EndpointManner =
  | { readonly kind: 'says'; readonly text: string }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'hangs' | 'drips' | 'is-gone' | 'says-much' };

export interface CheckContract {
  readonly name: string;
  /** A check that passes at `"ok"`, takes back at `"failed"`, and waits a second at most. */
  readonly create: (endpoint: EndpointManner) => Promise<Check>;
  readonly deviations?: readonly Deviation[];
}

const says = (text: string): EndpointManner => ({ kind: 'says', text });

/** What every check must keep. */
export function checkContract({ name, create, deviations = [] }: CheckContract): void {
  const { test, end } = suiteWith(deviations);
  describe(`check contract: ${name}`, () => {
    for (const [text, kind] of [
      ['"ok"', 'passed'],
      ['"failed"', 'failed'],
      ['"running"', 'pending'],
    ] as const) {
      test(`D9 answers ${kind} to ${text}`, async () => {
        const answer = await (await create(says(text))).ask(subject);
        expect(answer).toEqual({ kind, why: expect.stringContaining(text) as string });
      });
    }

    for (const text of garbage) {
      test(`D9 does not take ${JSON.stringify(text.slice(0, 40))} for an answer`, async () => {
        expect((await (await create(says(text))).ask(subject)).kind).toBe('unanswered');
      });
    }

    for (const status of [201, 204, 301, 302, 307, 400, 401, 403, 404, 429, 500, 502, 503]) {
      test(`D10 a status of ${String(status)} is never a pass`, async () => {
        const { kind } = await (await create({ kind: 'status', status })).ask(subject);
        expect(kind).toBe('unanswered');
      });
    }

    for (const kind of ['hangs', 'drips', 'is-gone', 'says-much'] as const) {
      test(`D10 an endpoint that ${kind} is no answer, and does not hold anybody up`, async () => {
        const answer = await (await create({ kind })).ask(subject);
        expect(answer.kind).toBe('unanswered');
        expect(answer.why).not.toBe('');
      });
    }

    test('may be asked many times at once', async () => {
      const check = await create(says('"ok"'));
      const answers = await Promise.all(Array.from({ length: 20 }, () => check.ask(subject)));
      expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['passed']));
    });
    end();
  });
}

const garbage = [
  '',
  ' ',
  'ok',
  'NaN',
  'Infinity',
  '1e999',
  '-1',
  'null',
  '[]',
  '["ok"]',
  '{}',
  '{"ok":true}',
  'true',
  '"ok',
  '"ok""ok"',
  '<!doctype html><title>ok</title>',
  '['.repeat(10_000),
];

function subjectOfTests(): CheckSubject {
  const app = parseAppId('mfe1');
  const stable = parseVersionId('v1.0.0');
  const canary = parseVersionId('v1.1.0');
  if (app === undefined || stable === undefined || canary === undefined) throw new TypeError('names');
  return { app, stable, canary, rolloutId: 'r1', stage: 1, percent: 5 };
}
const subject = subjectOfTests();
