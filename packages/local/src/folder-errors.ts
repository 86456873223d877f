import { setTimeout as wait } from 'node:timers/promises';
import { DeliveryError, type ErrorCode } from '@sluice/core';

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/**
 * Runs the work; what the file system says becomes an error that names the store and the remedy. Out of file handles,
 * the work runs again a little later: it must open all that it needs before it changes anything.
 */
export async function guarded<T>(root: string, work: () => Promise<T>): Promise<T> {
  for (const pauseMs of [10, 40, 160, 640, 0]) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      if (pauseMs === 0 || !noHandles.includes(codeOf(error) ?? '')) throw translated(root, error);
    }
    await wait(pauseMs);
  }
  throw new RangeError('the last attempt returns or throws');
}

const noHandles = ['EMFILE', 'ENFILE'];

const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const readOnly = ['EROFS', 'EACCES', 'EPERM'];

function translated(root: string, error: unknown): DeliveryError {
  const code = codeOf(error) ?? 'no code';
  const found: { code: ErrorCode; what: string; remedy: string } = full.includes(code)
    ? {
        code: 'store-full',
        what: 'No space is left',
        remedy: 'Free some space, then run the same command again: it goes on where it stopped.',
      }
    : readOnly.includes(code)
      ? {
          code: 'store-read-only',
          what: 'It may not be written',
          remedy: 'Give this user write access to the folder, then run the same command again.',
        }
      : {
          code: 'store-unreachable',
          what: 'It cannot be read or written',
          remedy: noHandles.includes(code)
            ? 'Raise the limit of open files (ulimit -n), then try again.'
            : 'Check the disk or mount, then try again.',
        };
  return new DeliveryError({
    code: found.code,
    message: `The store "${root}" failed: ${found.what} (${code}). Nothing was half-written.`,
    remedy: found.remedy,
    cause: error,
  });
}
