import { mkdir } from 'node:fs/promises';
import { codeOf } from './folder-errors.js';

/** Makes one folder. Not recursive: Node answers ENOENT for that on a read-only file system, which says nothing. */
export async function ensureFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
