/** Uniform numbers in (0, 1) with 53 random bits: the same seed gives the same ones, on every machine. */
export type Random = () => number;

/**
 * The generator sfc32 (Doty-Humphrey, PractRand). Streams of one seed are independent: a run is numbered, and gives the
 * same result however many run before or beside it.
 */
export function createRandom(seed: number, stream = 0): Random {
  const next = sfc32(mix(seed), mix(seed ^ 0x9e3779b9), mix(stream ^ 0x85ebca6b));
  for (let i = 0; i < 16; i += 1) next();
  return () => ((next() >>> 5) * 67_108_864 + (next() >>> 6) + 0.5) / 9_007_199_254_740_992;
}

function sfc32(a: number, b: number, c: number): () => number {
  let counter = 1;
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
}

/** The finaliser of murmur3: near seeds become far ones. */
function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
