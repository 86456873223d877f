import { createIntake } from '@sluice/telemetry';
import { expect, it } from 'vitest';
import type { Context } from '../context.js';
import { unsignedBeaconsTold } from './unsigned-beacons.js';

const minute = 60_000;

/** What is said after minutes in which so many beacons came, by cause. */
async function saidAfter(
  minutes: readonly Readonly<Record<string, number>>[],
  keys: string | undefined = '/keys.json',
): Promise<readonly string[]> {
  const intake = createIntake();
  const said: string[] = [];
  let nowMs = 1_800_000_000_000;
  const context = { target: { name: 'production', keys } } as Context;
  const onProblem = ({ error }: { readonly error: unknown }): void => void said.push(String(error));
  const tell = unsignedBeaconsTold(context, { intake, now: () => nowMs, onProblem });
  for (const { taken = 0, ...causes } of minutes) {
    intake.taken(taken);
    for (const [cause, count] of Object.entries(causes)) for (let i = 0; i < count; i += 1) intake.refused(cause);
    nowMs += minute;
    await tell?.();
  }
  return said;
}

it.each([
  ['all of them', [{ unsigned: 20 }], 1],
  ['most of them', [{ unsigned: 30, taken: 9, late: 20 }], 1],
  ['most of them in a later minute, whatever was before', [{ taken: 10_000 }, { unsigned: 20 }], 1],
  ['as many as are believed', [{ unsigned: 30, taken: 30 }], 0],
  ['too few to say anything', [{ unsigned: 19 }], 0],
  ['none any more', [{ unsigned: 20 }, { taken: 1 }, {}], 1],
])('F24 says that beacons are refused as unsigned where %s are', async (_, minutes, times) => {
  const said = await saidAfter(minutes);
  expect(said).toHaveLength(times);
  for (const line of said) expect(line).toMatch(/refused as unsigned.*"\/keys\.json"/);
});

it('says nothing where nobody has to be signed', async () => {
  const context = { target: { name: 'local' } } as Context;
  expect(unsignedBeaconsTold(context, { intake: createIntake(), now: () => 0, onProblem: () => undefined })).toBe(
    undefined,
  );
});
