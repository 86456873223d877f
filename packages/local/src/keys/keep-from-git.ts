import { appendFile, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Keys that are committed are keys that everybody has: adds the file, and what is written beside it, to its folder's .gitignore. */
export async function keepFromGit(path: string): Promise<void> {
  const ignore = join(dirname(path), '.gitignore');
  const name = `/${basename(path)}`;
  const present = await readFile(ignore, 'utf8').catch(() => '');
  if (present.split('\n').includes(name)) return;
  const begin = present === '' || present.endsWith('\n') ? '' : '\n';
  await appendFile(ignore, `${begin}${name}\n${name}.*\n`).catch(() => undefined);
}
