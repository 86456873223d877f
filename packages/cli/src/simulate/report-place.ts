import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Why a report cannot be written there: asked before an hour of simulation, not after it. */
export async function placeProblems(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) return [`--html: "${path}" is a folder. Name a file in it, like report.html.`];
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return isWritable
    ? []
    : [`--html: The folder "${folder}" is not there or cannot be written. Make it, or name another.`];
}

/** Whole or not at all: somebody may have the report of before open. */
export async function writeReport(path: string, text: string, id: string): Promise<void> {
  const temporary = `${path}.${id}.new`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
