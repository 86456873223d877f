import { DeliveryError, type ErrorCode } from '@sluice/core';

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** Runs the work; what the file system says becomes an error that names the store and the remedy. */
export async function guarded<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw translated(root, error);
  }
}

const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const readOnly = ['EROFS', 'EACCES', 'EPERM'];

function translated(root: string, error: unknown): DeliveryError {
  const code = codeOf(error) ?? 'unknown';
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
          remedy:
            code === 'EMFILE'
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
