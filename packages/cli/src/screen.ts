import { stripVTControlCharacters } from 'node:util';

interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Draws a text in place of the one before. Lines are cut to the terminal: a wrapped one could not be taken back. */
export function createScreen(terminal: Terminal): { show(text: string): void } {
  let drawn = 0;
  return {
    show(text) {
      const lines = fit(text.split('\n'), terminal);
      const back = drawn > 0 ? `\x1b[${String(drawn)}A` : '';
      terminal.write(`${back}${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`);
      drawn = lines.length;
    },
  };
}

function fit(lines: readonly string[], { columns = 80, rows = 24 }: Terminal): readonly string[] {
  const wrapped = lines.flatMap((line) => wrap(line, columns));
  const most = Math.max(1, rows - 1);
  if (wrapped.length <= most) return wrapped;
  return [...wrapped.slice(0, most - 1), `… ${String(wrapped.length - most + 1)} more lines`];
}

const indent = '             ';

/** A line that is too long goes on below its text, without its colours: only sentences are long. */
function wrap(line: string, columns: number): readonly string[] {
  const bare = stripVTControlCharacters(line);
  if (bare.length < columns) return [line];
  const width = Math.max(20, columns - 1);
  const lines: string[] = [];
  let rest = bare;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > indent.length ? space : width;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
