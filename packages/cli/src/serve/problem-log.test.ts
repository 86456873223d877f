import { expect, it } from 'vitest';
import { createProblemLog } from './problem-log.js';

const minute = 60_000;

it('says a problem that stays once an hour, also where others come in between', () => {
  const said: string[] = [];
  let nowMs = 1_800_000_000_000;
  const log = createProblemLog(
    () => nowMs,
    (line) => said.push(line.trim()),
  );
  for (let i = 0; i < 90; i += 1) {
    log({ app: null, error: 'keys' });
    log({ app: null, error: 'beacons' });
    log({ app: 'mfe1', error: 'keys' });
    nowMs += minute;
  }
  const once = ['controller: platform: keys', 'controller: platform: beacons', 'controller: mfe1: keys'];
  expect(said).toEqual([...once, ...once]);
});

it('keeps no more of what it has said than it needs', () => {
  const said: string[] = [];
  const log = createProblemLog(
    () => 0,
    (line) => said.push(line),
  );
  for (let i = 0; i < 101; i += 1) log({ app: null, error: String(i) });
  log({ app: null, error: '100' });
  expect(said).toHaveLength(101);
  log({ app: null, error: '0' });
  expect(said).toHaveLength(102);
});
