import { expect, it } from 'vitest';
import { described } from './described.js';

const of = (error: unknown) => described({ kind: 'error', error });

it('an error is told by its name and its message', () => {
  expect(of(new TypeError('no'))).toEqual({ kind: 'error', name: 'TypeError', message: 'no' });
});

it.each([[undefined], [null], [7], ['text'], [{}], [Object.create(null)], [Symbol('s')]])(
  'anything that was thrown can be described: %s',
  (error: unknown) => {
    expect(of(error).name).toBe('Error');
  },
);

it('a long message is cut', () => {
  expect(of(new Error('x'.repeat(9999))).message).toHaveLength(300);
});
