import {
  chmod,
  chown,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signSubject, subjectOf } from '@sluice/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFileSigner, openKeys, rotateKeys } from '../index.js';

let folder = '';
let path = '';
let nowMs = 1_800_000_000_000;
const now = (): number => nowMs;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-keys-'));
  path = join(folder, '.sluice', 'keys.json');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('makes keys that only their owner can read, and keeps git from them', async () => {
  await openKeys({ path, now });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, '.sluice', '.gitignore'), 'utf8')).toContain('keys.json');
});

it('keeps git from a file of another name, and what its folder says already', async () => {
  await writeFile(join(folder, '.gitignore'), 'dist');
  const production = join(folder, 'production.json');
  await openKeys({ path: production, now });
  await rotateKeys({ path: production, now });
  expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('dist\n/production.json\n/production.json.*\n');
});

it('makes them once, also when several processes start together', async () => {
  const all = await Promise.all(Array.from({ length: 8 }, () => openKeys({ path, now })));
  expect(new Set(all.map(([key]) => key?.secret)).size).toBe(1);
});

it('refuses keys that others may read, and says what to type', async () => {
  await openKeys({ path, now });
  await chmod(path, 0o644);
  await expect(openKeys({ path, now })).rejects.toMatchObject({
    code: 'keys-unsafe',
    remedy: expect.stringContaining('chmod 600') as string,
  });
});

/** As root any group can be had; elsewhere one of those that the tests run in. */
const otherGroup = (): number | undefined =>
  process.getuid?.() === 0 ? 4242 : process.getgroups?.().find((group) => group !== process.getgid?.());

it.skipIf(otherGroup() === undefined)(
  'lets the group that they were given to read them, before and after a rotation',
  async () => {
    await openKeys({ path, now });
    const group = otherGroup() ?? 0;
    await chown(path, process.getuid?.() ?? 0, group);
    await chmod(path, 0o640);
    const keys = await rotateKeys({ path, now });
    const { mode, gid } = await stat(path);
    expect([mode & 0o777, gid, keys.length]).toEqual([0o640, group, 2]);
    expect(await openKeys({ path, now })).toEqual(keys);
    expect(await readdir(join(folder, '.sluice'))).toEqual(['.gitignore', 'keys.json', 'keys.json.lock']);
  },
);

it.each([0o640, 0o660, 0o604])('refuses keys of its own group with mode %o', async (mode) => {
  await openKeys({ path, now });
  await chmod(path, mode);
  await expect(rotateKeys({ path, now })).rejects.toMatchObject({ code: 'keys-unsafe' });
});

it.each(['', '{', '{"schema":1,"keys":[]}', '{"schema":1,"keys":[{"id":"../x","secret":"s","createdAt":""}]}'])(
  'refuses %j, and leaves it as it is',
  async (text) => {
    await openKeys({ path, now });
    await writeFile(path, text);
    await expect(openKeys({ path, now })).rejects.toMatchObject({ code: 'document-invalid' });
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);

it('takes a new key within seconds, believes the last ones before it, and no older ones', async () => {
  const signer = await createFileSigner({ path, now });
  const nowS = Math.floor(nowMs / 1000);
  const cookies = `sluice_id=visitor1; sluice_sig=${signSubject(signer, 'visitor1', nowS) ?? ''}`;
  const seen: string[] = [];
  for (let i = 0; i < 4; i += 1) {
    seen.push(subjectOf(signer, { cookies, nowS }).signature);
    await rotateKeys({ path, now });
    nowMs += 3000;
  }
  expect(seen).toEqual(['fresh', 'due', 'due', 'none']);
});

it('goes on with the last good keys where the file is garbled', async () => {
  const signer = await createFileSigner({ path, now });
  const before = signer.keys();
  await writeFile(path, 'garbage');
  nowMs += 3000;
  expect(signer.keys()).toEqual(before);
});

it('loses no key where several rotations run at once: each of the last ones still verifies', async () => {
  await openKeys({ path, now });
  const rotated = await Promise.all([rotateKeys({ path, now }), rotateKeys({ path, now })]);
  const kept = (await openKeys({ path, now })).map(({ id }) => id);
  for (const [newest] of rotated) expect(kept).toContain(newest?.id);
});

it('goes on with the last good keys where nobody can say what became of the file, and takes it as soon as it is back', async () => {
  const signer = await createFileSigner({ path, now });
  const before = signer.keys();
  await rotateKeys({ path, now });
  await rename(path, `${path}.away`);
  // A folder that is not mounted any more, or that may not be entered, fails like this: by another error than "not there".
  await symlink(path, path);
  nowMs += 3000;
  expect(signer.keys()).toEqual(before);
  await rm(path);
  await rename(`${path}.away`, path);
  nowMs += 3000;
  expect(signer.keys()).toHaveLength(2);
});

it('takes keys that could not be read at first, though nobody has written them since', async () => {
  const signer = await createFileSigner({ path, now });
  await rotateKeys({ path, now });
  const text = await readFile(path, 'utf8');
  const { atime, mtime } = await stat(path);
  await writeFile(path, 'garbage');
  await utimes(path, atime, mtime);
  nowMs += 3000;
  expect(signer.keys()).toHaveLength(1);
  await writeFile(path, text);
  await utimes(path, atime, mtime);
  nowMs += 3000;
  expect(signer.keys()).toHaveLength(2);
});

it('knows a new key at once where it is told to look each time: edges may sign by it already', async () => {
  const signer = await createFileSigner({ path, now, lookEveryMs: 0 });
  const [newest] = await rotateKeys({ path, now });
  expect(signer.keys()[0]?.id).toBe(newest?.id);
});
