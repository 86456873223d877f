import type { Progress } from '@sluice/publish';

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  /** Takes a bar off the screen. */
  readonly end: () => void;
}

interface Writes {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const width = 30;

/** What takes no time needs no lines in a log. */
const isLong = ({ filesTotal, bytesTotal }: Progress): boolean => filesTotal >= 100 || bytesTotal >= 5 * 1024 * 1024;

/** A bar in place on a terminal; elsewhere a line at each quarter of a long one, so that a log tells that it goes on. */
export function createProgressLine(stream: Writes): ProgressLine {
  if (stream.isTTY === true) {
    return {
      show: (progress) => stream.write(`\r${bar(share(progress))} ${files(progress)}`),
      end: () => stream.write('\r\x1b[K'),
    };
  }
  let quarter = 0;
  return {
    show: (progress) => {
      const reached = Math.floor(4 * share(progress));
      if (reached <= quarter || !isLong(progress)) return;
      quarter = reached;
      stream.write(`uploaded ${files(progress)} (${String(25 * reached)} % of the bytes)\n`);
    },
    end: () => undefined,
  };
}

/** Says nothing, for --json. */
export const noProgress: ProgressLine = { show: () => undefined, end: () => undefined };

function share({ bytesDone, bytesTotal }: Progress): number {
  return bytesTotal === 0 ? 1 : Math.min(1, bytesDone / bytesTotal);
}

/** A bar that is full where the part is 1. */
export function bar(part: number): string {
  const done = Math.round(width * part);
  return '█'.repeat(done) + '░'.repeat(width - done);
}

function files({ filesDone, filesTotal }: Progress): string {
  return `${String(filesDone)}/${String(filesTotal)} files`;
}
