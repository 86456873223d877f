import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const br = promisify(brotliCompress);
const gz = promisify(gzip);

const text = /\.(m?js|css|html|json|svg|txt|xml|map|wasm|webmanifest|ico|ttf|otf)$/i;
const smallest = 1024;
/** Above this size the slowest level costs seconds and saves little. */
const largestAtBest = 1024 * 1024;

export interface Compressed {
  readonly encoding: 'br' | 'gzip';
  /** Behind the file's own name. */
  readonly suffix: '.br' | '.gz';
  readonly bytes: Uint8Array;
}

/** Encodings of a file that save at least a tenth; none for what is small or compressed already. */
export async function compress(path: string, bytes: Uint8Array): Promise<readonly Compressed[]> {
  if (!text.test(path) || bytes.length < smallest) return [];
  const quality = bytes.length <= largestAtBest ? constants.BROTLI_MAX_QUALITY : 9;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const made: readonly Compressed[] = [
    { encoding: 'br', suffix: '.br', bytes: await br(bytes, { params }) },
    { encoding: 'gzip', suffix: '.gz', bytes: await gz(bytes, { level: 9 }) },
  ];
  return made.filter((compressed) => compressed.bytes.length <= bytes.length * 0.9);
}
