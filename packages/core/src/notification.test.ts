import { describe, expect, it } from 'vitest';
import type { HistoryEntry, HistoryKind, Outcome } from './documents/history.js';
import { parseAppId, parseVersionId, type VersionId } from './ids.js';
import { notificationOf } from './notification.js';
import type { Notification } from './ports/notifier.js';

const app = parseAppId('mfe1');
if (app === undefined) throw new TypeError('mfe1 is an app');

function version(text: string): VersionId {
  const id = parseVersionId(text);
  if (id === undefined) throw new TypeError(`${text} is no version`);
  return id;
}

const base: HistoryEntry = {
  id: 'h1',
  at: '2026-05-01T12:00:00.000Z',
  kind: 'ended',
  app,
  version: version('v1.2.0'),
  stable: version('v1.1.0'),
  actor: { kind: 'person', name: 'ada' },
  why: 'dark checkout button',
};
const sluice = { kind: 'sluice', name: 'controller' } as const;

function told(changed: Partial<HistoryEntry>, context: Parameters<typeof notificationOf>[1] = {}): Notification {
  const notification = notificationOf({ ...base, ...changed }, context);
  if (notification === undefined) throw new TypeError('nothing was told');
  return notification;
}

const who = ['Why: dark checkout button.', 'Who: ada.'];
const counted = ['96 counted sessions got v1.2.0, and 12 of them failed (12.5 %, one in 8).'];
const numbers = { canarySessions: 96, canaryFailed: 12 };

it('G7 a canary that was taken back is told with sessions, failures, who fell back, the error, the commit, who and why', () => {
  const why = '12 of 96 canary sessions failed. New error: TypeError: cart is undefined';
  const notification = told(
    {
      outcome: 'rolled-back',
      actor: sluice,
      why,
      rolloutId: 'r1',
      stage: 2,
      percent: 25,
      generation: 7,
      numbers: { ...numbers, stableSessions: 1_290, stableFailed: 4, recovered: 11 },
    },
    { commit: '4f2a91c', link: 'https://sluice.example/mfe1' },
  );
  expect(notification).toEqual({
    id: 'h1',
    app: 'mfe1',
    kind: 'ended',
    at: '2026-05-01T12:00:00.000Z',
    severity: 'bad',
    title: 'mfe1 v1.2.0 was taken back: v1.1.0 is served again',
    lines: [
      ...counted,
      '1,290 counted sessions got the stable version, and 4 of them failed (0.31 %, about one in 323).',
      '11 of the 12 that failed saw the stable version in the same page load.',
      'Why: 12 of 96 canary sessions failed. New error: TypeError: cart is undefined.',
      'Who: Sluice, by itself.',
      'Commit: 4f2a91c.',
    ],
    link: 'https://sluice.example/mfe1',
    facts: {
      version: 'v1.2.0',
      stable: 'v1.1.0',
      outcome: 'rolled-back',
      stage: 2,
      percent: 25,
      rolloutId: 'r1',
      generation: 7,
      commit: '4f2a91c',
      actor: 'controller',
      why,
      canarySessions: 96,
      canaryFailed: 12,
      stableSessions: 1_290,
      stableFailed: 4,
      recovered: 11,
    },
  });
});

describe('G7 an end is told', () => {
  it.each<[Outcome | undefined, Notification['severity'], string, readonly string[]]>([
    ['promoted', 'good', 'mfe1 v1.2.0 was promoted: everybody gets it', []],
    ['fast-promoted', 'good', 'mfe1 v1.2.0 was promoted by hand: everybody gets it', []],
    ['promoted-unproven', 'warning', 'mfe1 v1.2.0 was promoted unproven: everybody gets it', []],
    ['aborted', 'warning', 'mfe1 v1.2.0 was aborted: v1.1.0 is stable', []],
    ['rolled-back', 'bad', 'mfe1 v1.2.0 was taken back: v1.1.0 is served again', []],
    ['superseded', 'info', 'mfe1 v1.2.0 made room for a newer version', ['v1.1.0 is stable.']],
    ['expired', 'warning', 'mfe1 v1.2.0 ended without a conclusion: v1.1.0 is served again', []],
    [undefined, 'info', 'mfe1 v1.2.0: ended', []],
  ])('as %s', (outcome, severity, title, more) => {
    const { outcome: _, ...rest } = { ...base, outcome: undefined };
    const entry = { ...rest, numbers, ...(outcome === undefined ? {} : { outcome }) };
    expect(notificationOf(entry, {})).toMatchObject({ severity, title, lines: [...counted, ...more, ...who] });
  });
});

describe('G7 a line of the history is told', () => {
  it.each<[HistoryKind, Notification['severity'], string, readonly string[]]>([
    ['first-version', 'good', 'mfe1 v1.2.0 is live for everybody, as the first version', []],
    ['started', 'info', 'mfe1 v1.2.0 is on trial with 5 % of users', ['Everybody else stays on v1.1.0.']],
    ['advanced', 'info', 'mfe1 v1.2.0 goes on to 5 % of users', counted],
    ['full-weight', 'info', 'mfe1 v1.2.0 is at 100 % and bakes before it becomes stable', counted],
    ['held', 'warning', 'mfe1 v1.2.0 is held at 5 %', counted],
    ['released', 'info', 'mfe1 v1.2.0 is no longer held', counted],
    ['paused', 'info', 'mfe1 v1.2.0 is paused at 5 %', []],
    ['resumed', 'info', 'mfe1 v1.2.0 goes on at 5 % after its pause', []],
    ['returned', 'bad', 'mfe1 went back from v1.2.0 to v1.1.0', []],
    ['blocked', 'warning', 'mfe1 v1.2.0 is blocked', ['v1.1.0 is stable.']],
    ['drifted', 'warning', 'mfe1: the pointer was changed outside Sluice', ['v1.1.0 is stable.']],
    ['dequeued', 'warning', 'mfe1 v1.2.0 waited for its turn and cannot be started', []],
    ['waiting', 'info', 'mfe1 v1.2.0 waits at 5 %', []],
    ['degraded', 'warning', 'mfe1 v1.2.0 takes longer at 5 % than its plan allows', counted],
    ['inconclusive', 'warning', 'mfe1 v1.2.0 has come to no conclusion', counted],
    ['needs-person', 'bad', 'mfe1 v1.2.0 needs a person to decide', counted],
    ['would-have', 'info', 'mfe1 v1.2.0 is only observed: Sluice would have acted', counted],
    ['telemetry-lost', 'warning', 'mfe1 v1.2.0 is on trial without telemetry', []],
    ['telemetry-back', 'good', 'mfe1 v1.2.0 has its telemetry back', []],
    ['history-lost', 'bad', 'mfe1: the history was lost', []],
    ['put-on-ice' as HistoryKind, 'info', 'mfe1 v1.2.0: put on ice', []],
  ])('of the kind %s', (kind, severity, title, more) => {
    const notification = told({ kind, percent: kind === 'full-weight' ? 100 : 5, numbers });
    expect(notification).toMatchObject({ kind, severity, title });
    expect(notification.lines).toEqual([...more, ...who]);
  });

  it.each<HistoryKind>(['queued', 'goes-on'])('to nobody when it is of the kind %s', (kind) => {
    expect(notificationOf({ ...base, kind }, {})).toBeUndefined();
  });

  it.each([
    ['started', 'mfe1 v1.2.0 is on trial'],
    ['advanced', 'mfe1 v1.2.0 goes on to its next stage'],
    ['held', 'mfe1 v1.2.0 is held'],
  ] as const)('without a share where %s knows none, or nobody is reached by bucket', (kind, title) => {
    expect([told({ kind }).title, told({ kind, percent: 0 }).title]).toEqual([title, title]);
  });
});

describe('G7 sessions are told', () => {
  const linesFor = (given: Readonly<Record<string, number>>) =>
    told({ numbers: given, why: '' }).lines.filter((line) => !line.startsWith('Who:'));

  it.each<[number, number, string]>([
    [0, 0, 'No counted session got v1.2.0.'],
    [1, 0, '1 counted session got v1.2.0, and it did not fail.'],
    [1, 1, '1 counted session got v1.2.0, and it failed.'],
    [2, 2, '2 counted sessions got v1.2.0, and both of them failed.'],
    [3, 3, '3 counted sessions got v1.2.0, and all of them failed.'],
    [3, 0, '3 counted sessions got v1.2.0, and none of them failed.'],
    [5, 2, '5 counted sessions got v1.2.0, and 2 of them failed (40 %).'],
    [3, 2, '3 counted sessions got v1.2.0, and 2 of them failed (66.7 %).'],
    [
      1_000_000,
      3,
      '1,000,000 counted sessions got v1.2.0, and 3 of them failed (less than 0.01 %, about one in 333,333).',
    ],
    [10_000, 9_999, '10,000 counted sessions got v1.2.0, and 9,999 of them failed (more than 99.9 %).'],
  ])('%i with %i that failed', (canarySessions, canaryFailed, line) => {
    expect(linesFor({ canarySessions, canaryFailed })).toEqual([line]);
  });

  it.each<[number, number, string]>([
    [1, 1, 'The session that failed saw the stable version in the same page load.'],
    [1, 0, 'The session that failed did not see the stable version in the same page load.'],
    [12, 12, 'All 12 that failed saw the stable version in the same page load.'],
    [12, 0, 'None of the 12 that failed saw the stable version in the same page load.'],
  ])('of %i failed ones %i as fallen back', (canaryFailed, recovered, line) => {
    expect(linesFor({ canarySessions: 96, canaryFailed, recovered }).at(-1)).toBe(line);
  });

  it('only as far as they are known and can be', () => {
    expect(linesFor({})).toEqual([]);
    expect(linesFor({ canarySessions: 96 })).toEqual(['96 counted sessions got v1.2.0.']);
    expect(linesFor({ canarySessions: 3, canaryFailed: 4 })).toEqual(['3 counted sessions got v1.2.0.']);
    expect(linesFor({ canarySessions: -1, stableSessions: 1.5, canaryFailed: Number.NaN, recovered: 2 })).toEqual([]);
    expect(linesFor({ canarySessions: 3, canaryFailed: 0, recovered: 0 })).toHaveLength(1);
    expect(linesFor({ canarySessions: 3, canaryFailed: 1, recovered: 2 })).toHaveLength(1);
  });
});

describe('G7 who did it is told', () => {
  it('for Sluice, a script and a person', () => {
    const of = (actor: HistoryEntry['actor']) => told({ actor, why: '' }).lines;
    expect(of(sluice)).toEqual(['Who: Sluice, by itself.']);
    expect(of({ kind: 'script', name: 'deploy.sh' })).toEqual(['Who: the script deploy.sh.']);
    expect(of({ kind: 'person', name: 'ada' })).toEqual(['Who: ada.']);
  });

  it('with the rules that were overridden, and the commit of the line where the context has none', () => {
    expect(told({ why: 'hotfix!', overrides: ['freeze', 'weight-cap'], commit: 'abc1234' }).lines).toEqual([
      'Why: hotfix!',
      'Who: ada.',
      'Overridden: freeze, weight-cap.',
      'Commit: abc1234.',
    ]);
  });
});

describe('G7 hostile text', () => {
  it('loses line breaks, control characters and marks that turn its direction', () => {
    const { lines, facts } = told({ why: 'one\r\ntwo\u001b[2J\u0000\u0085three\u2028four\u202eruof\ud800' });
    expect(lines[0]).toBe('Why: one two[2J three fourruof.');
    expect(facts['why']).toBe('one two[2J three fourruof');
  });

  it('is cut at 500 characters, and no character in half', () => {
    const { lines, facts } = told({ why: '😀'.repeat(50_000), actor: { kind: 'person', name: 'a'.repeat(100_000) } });
    const texts = [...lines, ...Object.values(facts).map(String)];
    expect(Math.max(...texts.map((text) => text.length))).toBe(500);
    for (const text of texts) expect(text).not.toMatch(/\p{Cs}/u);
    expect(lines[0]).toMatch(/^Why: (😀)+…$/u);
  });

  it('is no link', () => {
    for (const link of [
      'javascript:alert(1)',
      'https://a.example/ b',
      'https://a.example/>',
      '',
      `https://a/${'b'.repeat(2000)}`,
    ]) {
      expect(told({}, { link })).not.toHaveProperty('link');
    }
  });

  it('of numbers cannot take the place of facts', () => {
    const facts = told({ numbers: { version: 1, canarySessions: 2, broken: Number.POSITIVE_INFINITY } }).facts;
    expect(facts).toEqual({
      version: 'v1.2.0',
      stable: 'v1.1.0',
      actor: 'ada',
      why: 'dark checkout button',
      canarySessions: 2,
    });
  });
});
