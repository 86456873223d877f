export interface Progress {
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** Adds up files that are done, and tells each step. */
export function createTally(
  files: readonly { readonly size: number }[],
  tell: ((progress: Progress) => void) | undefined,
): { readonly done: (bytes: number) => void } {
  const bytesTotal = files.reduce((sum, { size }) => sum + size, 0);
  let progress: Progress = { filesDone: 0, bytesDone: 0, filesTotal: files.length, bytesTotal };
  tell?.(progress);
  return {
    done: (bytes) => {
      progress = { ...progress, filesDone: progress.filesDone + 1, bytesDone: progress.bytesDone + bytes };
      tell?.(progress);
    },
  };
}
