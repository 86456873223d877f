import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedIdFrom, hasAgreed, isAllowedId } from './visitors.js';

describe('what a visitor may be known by', () => {
  it('F18 consent is the one word `true`, and nothing else, where it is asked for', () => {
    expect(hasAgreed({ consent: 'required' }, 'true')).toBe(true);
    for (const said of [undefined, '', 'false', 'TRUE', ' true', 'true ', '1', 'truely']) {
      expect(hasAgreed({ consent: 'required' }, said)).toBe(false);
      expect(hasAgreed({ identity: 'coarse' }, said)).toBe(true);
    }
  });

  it('F5 a coarse id is a number below 100,000, the same for the same random letters', () => {
    const letters = fc.string({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(letters, (random) => {
        const id = allowedIdFrom({ identity: 'coarse' }, random);
        expect(Number(id)).toBeLessThan(100_000);
        expect(String(Number(id))).toBe(id);
        expect(isAllowedId({ identity: 'coarse' }, id)).toBe(true);
        expect(allowedIdFrom({ identity: 'coarse' }, random)).toBe(id);
        expect(allowedIdFrom({}, random)).toBe(random);
      }),
      { seed: 5 },
    );
  });

  it('F5 coarse ids are spread evenly: 100,000 random ones of 32 hex digits, by 1,000 and by their last digit', () => {
    let state = 1;
    const hex = (): string => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 28).toString(16);
    };
    const [high, low] = [100, 10].map((length) => Array.from({ length }, () => 0)) as [number[], number[]];
    for (let i = 0; i < 100_000; i += 1) {
      const id = Number(allowedIdFrom({ identity: 'coarse' }, Array.from({ length: 32 }, hex).join('')));
      high[Math.floor(id / 1000)] = (high[Math.floor(id / 1000)] ?? 0) + 1;
      low[id % 10] = (low[id % 10] ?? 0) + 1;
    }
    const chiSquare = (counts: readonly number[]): number => {
      const wanted = 100_000 / counts.length;
      return counts.reduce((sum, count) => sum + (count - wanted) ** 2 / wanted, 0);
    };
    // 99.9 % of fair draws are below these.
    expect(chiSquare(high)).toBeLessThan(148);
    expect(chiSquare(low)).toBeLessThan(28);
  });

  it.each(['123456', 'abc', '1a', '-1', '0123456789abcdef', '1 2'])('F5 %s is no coarse id', (id) => {
    expect(isAllowedId({ identity: 'coarse' }, id)).toBe(false);
    expect(isAllowedId({ consent: 'required' }, id)).toBe(true);
  });
});
