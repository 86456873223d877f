import { describe, expect, it } from 'vitest';
import { acceptPointer, type AcceptedPointer } from './pointer-acceptance.js';
import { readPointer, type Pointer } from './pointer.js';

function pointer(generation: number | undefined, version = 'v1.0.0'): Pointer {
  const read = readPointer(generation === undefined ? { version } : { version, generation });
  if (read === undefined) throw new Error('the test itself is wrong');
  return read.pointer;
}

const at = 1_000_000;
const held: AcceptedPointer = { pointer: pointer(42), receivedAtMs: at };

describe('F12 which pointer a reader obeys', () => {
  it('the first that it receives', () => {
    expect(acceptPointer(undefined, pointer(7), at)).toEqual({ pointer: pointer(7), receivedAtMs: at });
  });

  it.each([43, 1000])('a higher generation at once', (generation) => {
    expect(acceptPointer(held, pointer(generation), at).pointer.generation).toBe(generation);
  });

  it.each([0, 1, 119_999])('a lower generation not, %d ms after a higher one was received', (laterMs) => {
    expect(acceptPointer(held, pointer(41), at + laterMs)).toBe(held);
  });

  it.each([120_000, 120_001, 3_600_000])('a lower generation from 120 s on: after %d ms', (laterMs) => {
    expect(acceptPointer(held, pointer(41), at + laterMs)).toEqual({
      pointer: pointer(41),
      receivedAtMs: at + laterMs,
    });
  });

  it('the 120 s begin anew each time the higher one is received', () => {
    const again = acceptPointer(held, pointer(42), at + 100_000);
    expect(acceptPointer(again, pointer(41), at + 219_999).pointer.generation).toBe(42);
    expect(acceptPointer(again, pointer(41), at + 220_000).pointer.generation).toBe(41);
  });

  it('a lower one that is ignored does not put off the end of the 120 s', () => {
    let obeyed: AcceptedPointer = held;
    for (let ms = 10_000; ms < 120_000; ms += 10_000) obeyed = acceptPointer(obeyed, pointer(41), at + ms);
    expect(obeyed).toBe(held);
    expect(acceptPointer(obeyed, pointer(41), at + 120_000).pointer.generation).toBe(41);
  });

  it('one without generation at once, and any after it: a human wrote it', () => {
    const human = acceptPointer(held, pointer(undefined, 'v0.9.0'), at + 1);
    expect(human.pointer.version).toBe('v0.9.0');
    expect(acceptPointer(human, pointer(1), at + 2).pointer.generation).toBe(1);
  });

  it('the same generation with other content, the later one', () => {
    expect(acceptPointer(held, pointer(42, 'v0.9.0'), at + 1).pointer.version).toBe('v0.9.0');
  });
});
