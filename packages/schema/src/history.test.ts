import type { History } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { parseHistoryDocument, serialiseHistory } from './history.js';

const entry = {
  id: 'id-1',
  at: '2026-01-15T10:30:00.000Z',
  kind: 'ended',
  app: 'mfe1',
  stable: 'v1.0.0',
  version: 'v1.1.0',
  actor: { kind: 'sluice', name: 'sluice' },
  why: 'evidence "100 to 1"\nthat it is worse',
  outcome: 'rolled-back',
  percent: 25,
  automatic: true,
  numbers: { canaryFailed: 12 },
} as const;

describe('a stored history', () => {
  it("accepts the brief's plain list of strings and keeps it", () => {
    const parsed = parseHistoryDocument('["v0.9.0","v1.0.0"]');
    expect(parsed).toEqual({ kind: 'ok', value: { schema: 1, legacy: ['v0.9.0', 'v1.0.0'], entries: [] } });
    if (parsed.kind === 'ok') expect(parseHistoryDocument(serialiseHistory(parsed.value))).toEqual(parsed);
  });

  it('reads what it wrote, one line an entry', () => {
    const history = { schema: 1, legacy: ['v0.9.0'], entries: [entry, { ...entry, id: 'id-2' }] } as unknown as History;
    const text = serialiseHistory(history);
    expect(parseHistoryDocument(text)).toEqual({ kind: 'ok', value: history });
    expect(text.split('\n').filter((line) => line.includes('"id"'))).toHaveLength(2);
  });

  it('reads what it wrote of an empty history', () => {
    const empty: History = { schema: 1, entries: [] };
    expect(parseHistoryDocument(serialiseHistory(empty))).toEqual({ kind: 'ok', value: empty });
  });

  it('lists every problem of every entry', () => {
    const wrong = {
      schema: 1,
      entries: [{ ...entry, at: 'yesterday', kind: 'exploded' }, { ...entry, version: 'x' }, 5],
    };
    const parsed = parseHistoryDocument(JSON.stringify(wrong));
    expect(parsed.kind === 'invalid' && parsed.issues.map(({ place }) => place)).toEqual([
      'entries.0.at',
      'entries.0.kind',
      'entries.1.version',
      'entries.2',
    ]);
  });

  it.each(['', 'null', '5', '[1,2]', '{}', '{"schema":1}', '{"schema":1,"entries":{}}', '{"entries":[]}'])(
    'refuses %j without throwing',
    (text) => {
      expect(parseHistoryDocument(text).kind).toBe('invalid');
    },
  );

  it('tells an unknown schema apart', () => {
    expect(parseHistoryDocument('{"schema":2,"entries":[]}')).toEqual({ kind: 'unknown-schema', schema: 2 });
  });
});
