import { bar } from '../progress.js';
import { length } from './in-words.js';

interface Writes {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

interface Around {
  readonly now: () => number;
  readonly quiet: boolean;
}

export interface RunsBar {
  readonly show: (done: number, total: number) => void;
  readonly end: () => void;
}

const everyMs = 100;

/** How far the simulation is, in place on a terminal; nothing elsewhere. */
export function createRunsBar(stream: Writes, { now, quiet }: Around): RunsBar {
  if (stream.isTTY !== true || quiet) return { show: () => undefined, end: () => undefined };
  const begunMs = now();
  let shownMs = -Infinity;
  return {
    show(done, total) {
      const nowMs = now();
      if (nowMs - shownMs < everyMs && done < total) return;
      shownMs = nowMs;
      const leftMs = ((nowMs - begunMs) / done) * (total - done);
      const counts = `${done.toLocaleString('en')}/${total.toLocaleString('en')} rollouts`;
      stream.write(`\r${bar(done / total)} ${counts}, ${length(leftMs)} left\x1b[K`);
    },
    end: () => stream.write('\r\x1b[K'),
  };
}
