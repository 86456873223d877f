import { describe, expect, it } from 'vitest';
import { parseAppId, parseVersionId, type VersionId } from '../ids.js';
import type { History, HistoryEntry } from './history.js';
import { lastStableUntil, lastTakenBack, stableVersions } from './stable-versions.js';

const version = (name: string): VersionId => {
  const parsed = parseVersionId(name);
  if (parsed === undefined) throw new Error('the test itself is wrong');
  return parsed;
};
const app = parseAppId('mfe1');
if (app === undefined) throw new Error('the test itself is wrong');

/** Lines such as `10:00 ended v1.1.0 promoted`: what is stable after it. */
function history(lines: readonly string[], legacy?: readonly string[]): History {
  const entries = lines.map((line, index): HistoryEntry => {
    const [time = '', kind = '', stable = '', outcome] = line.split(' ');
    return {
      id: String(index),
      at: `2026-01-01T${time}:00.000Z`,
      kind: kind as HistoryEntry['kind'],
      app: app ?? ('' as never),
      stable: version(stable),
      version: version(stable),
      actor: { kind: 'person', name: 'anna' },
      why: '',
      ...(outcome === undefined ? {} : { outcome: outcome as 'promoted' }),
    };
  });
  return { schema: 1, entries, ...(legacy === undefined ? {} : { legacy }) };
}

const promotedTwice = ['10:00 first-version v1.0.0', '11:00 ended v1.1.0 promoted', '12:00 ended v1.2.0 promoted'];

describe('the versions that one could go back to', () => {
  it('are those that were stable, the present one last', () => {
    expect(stableVersions(history(promotedTwice))).toEqual(['v1.0.0', 'v1.1.0', 'v1.2.0']);
  });

  it('B12 a rollback takes its version off: going back twice never goes forward again', () => {
    const back = [...promotedTwice, '12:30 returned v1.1.0 rolled-back'];
    expect(stableVersions(history(back))).toEqual(['v1.0.0', 'v1.1.0']);
    expect(stableVersions(history([...back, '12:31 returned v1.0.0 rolled-back']))).toEqual(['v1.0.0']);
  });

  it('a rollout that failed leaves them as they were', () => {
    expect(
      stableVersions(history([...promotedTwice, '12:10 started v1.2.0', '12:30 ended v1.2.0 rolled-back'])),
    ).toEqual(['v1.0.0', 'v1.1.0', 'v1.2.0']);
  });

  it("the brief's plain list comes first, its bad names left out", () => {
    expect(stableVersions(history(['10:00 ended v1.1.0 promoted'], ['v0.8.0', 'latest', '../x', 'v0.9.0']))).toEqual([
      'v0.8.0',
      'v0.9.0',
      'v1.1.0',
    ]);
  });

  it('of no history are none', () => {
    expect(stableVersions(history([]))).toEqual([]);
  });
});

describe('until when a version was stable', () => {
  it.each([
    ['v1.2.0', null],
    ['v1.1.0', '2026-01-01T12:00:00.000Z'],
    ['v1.0.0', '2026-01-01T11:00:00.000Z'],
    ['v9.9.9', undefined],
  ])('B10 %s: %s', (name, until) => {
    expect(lastStableUntil(history(promotedTwice), version(name))).toBe(until);
  });

  it('counts the last time', () => {
    const back = history([...promotedTwice, '13:00 returned v1.0.0 rolled-back', '14:00 ended v1.3.0 promoted']);
    expect(lastStableUntil(back, version('v1.0.0'))).toBe('2026-01-01T14:00:00.000Z');
    expect(lastStableUntil(back, version('v1.2.0'))).toBe('2026-01-01T13:00:00.000Z');
  });
});

describe('when a version was last taken back', () => {
  it('by a return, an abort or evidence, whichever was last', () => {
    expect(lastTakenBack(history(promotedTwice))).toBeUndefined();
    expect(lastTakenBack(history([...promotedTwice, '12:10 ended v1.2.0 aborted']))?.at).toContain('12:10');
    expect(
      lastTakenBack(history([...promotedTwice, '12:10 returned v1.1.0', '12:20 ended v1.1.0 rolled-back']))?.at,
    ).toContain('12:20');
    expect(lastTakenBack(history([...promotedTwice, '12:10 ended v1.2.0 superseded']))).toBeUndefined();
  });
});
