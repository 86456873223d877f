import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hmacSha256, openKeys, rotateKeys } from '@sluice/local';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { rereadSigner } from './keys.js';

let folder = '';
let path = '';
let nowMs = 1_800_000_000_000;
const now = (): number => nowMs;
const told: string[] = [];
const ids = (signer: ReturnType<typeof rereadSigner>): readonly string[] => signer.keys().map(({ id }) => id);
const listed = async (): Promise<readonly string[]> => (await openKeys({ path, now })).map(({ id }) => id);
const signerOver = () => rereadSigner({ path, now, onProblem: (problem) => told.push(problem) });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-edge-keys-'));
  path = join(folder, 'keys.json');
  told.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('F24 takes new keys within two seconds, and looks no more often than that', async () => {
  const before = await listed();
  const signer = signerOver();
  expect(ids(signer)).toEqual(before);
  await rotateKeys({ path, now });
  nowMs += 1999;
  expect(ids(signer)).toEqual(before);
  nowMs += 1;
  expect(ids(signer)).toEqual(await listed());
  expect(told).toEqual([]);
});

it('signs as ingestion does', async () => {
  const [key] = await openKeys({ path, now });
  const secret = key?.secret ?? '';
  expect(signerOver().mac(secret, 'text')).toBe(hmacSha256(secret, 'text'));
});

it.each([
  ['garbled', () => writeFile(path, 'garbage'), 'cannot be read'],
  ['gone', () => rm(path), 'cannot be read'],
  ['empty', () => writeFile(path, '{"schema":1,"keys":[]}'), 'does not hold'],
  ['open to others', () => chmod(path, 0o604), 'can be read by others'],
])('goes on with the last good keys where the file is %s, and says so once', async (_, spoil, says) => {
  const signer = signerOver();
  await openKeys({ path, now });
  const before = ids(signer);
  expect(before).toHaveLength(1);
  await spoil();
  for (let i = 0; i < 3; i += 1) {
    nowMs += 2000;
    expect(ids(signer)).toEqual(before);
  }
  expect(told).toEqual([expect.stringContaining(says)]);
});

it('has no keys where there never were any, and takes the first ones', async () => {
  const signer = signerOver();
  expect(ids(signer)).toEqual([]);
  expect(told).toHaveLength(1);
  await openKeys({ path, now });
  nowMs += 2000;
  expect(ids(signer)).toEqual(await listed());
});
