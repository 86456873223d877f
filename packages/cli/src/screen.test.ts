import { describe, expect, it } from 'vitest';
import { createProgressLine } from './progress.js';
import { createScreen } from './screen.js';

function aTerminal(columns: number, rows: number) {
  const written: string[] = [];
  return { columns, rows, written, write: (text: string) => written.push(text) };
}

describe('a screen', () => {
  it('draws over what it drew before', () => {
    const terminal = aTerminal(80, 24);
    const screen = createScreen(terminal);
    screen.show('a\nb');
    screen.show('c');
    expect(terminal.written).toEqual(['a\x1b[K\nb\x1b[K\n\x1b[J', '\x1b[2Ac\x1b[K\n\x1b[J']);
  });

  it('breaks a long line itself, between words, so that it knows how many it drew', () => {
    const terminal = aTerminal(40, 24);
    const screen = createScreen(terminal);
    screen.show(`why ${'word '.repeat(20)}`.trimEnd());
    const lines = (terminal.written[0] ?? '').split('\x1b[K\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line.length).toBeLessThan(40);
    expect(lines.join(' ').match(/\bword\b/g)).toHaveLength(20);
    screen.show('x');
    expect(terminal.written[1]).toContain(`\x1b[${String(lines.length)}A`);
  });

  it('never draws more lines than the terminal has', () => {
    const terminal = aTerminal(80, 5);
    createScreen(terminal).show(Array.from({ length: 9 }, (_, i) => `line ${String(i)}`).join('\n'));
    expect(
      (terminal.written[0] ?? '')
        .split('\n')
        .slice(0, -1)
        .map((line) => line.replace('\x1b[K', '')),
    ).toEqual(['line 0', 'line 1', 'line 2', '… 6 more lines']);
  });
});

describe('progress', () => {
  const at = (bytesDone: number) => ({ filesDone: bytesDone, filesTotal: 100, bytesDone, bytesTotal: 100 });

  it('is a bar in place on a terminal', () => {
    const written: string[] = [];
    const line = createProgressLine({ isTTY: true, write: (text) => written.push(text) });
    line.show(at(50));
    line.end();
    expect(written).toEqual([`\r${'█'.repeat(15)}${'░'.repeat(15)} 50/100 files`, '\r\x1b[K']);
  });

  it('is a line at each quarter elsewhere, and nothing where it takes no time', () => {
    const written: string[] = [];
    const line = createProgressLine({ write: (text) => written.push(text) });
    for (let done = 0; done <= 100; done += 1) line.show(at(done));
    line.end();
    expect(written.map((text) => /\((\d+) %/.exec(text)?.[1])).toEqual(['25', '50', '75', '100']);
    createProgressLine({ write: (text) => written.push(text) }).show({ ...at(99), filesTotal: 99, filesDone: 99 });
    expect(written).toHaveLength(4);
  });
});
