import type { Encoding } from './versions.js';

/** The best encoding that the client takes and the file has: br before gzip where it likes them alike (RFC 9110, 12.5.3). */
export function chooseEncoding(accepted: string | undefined, available: readonly Encoding[]): Encoding {
  if (accepted === undefined || available.length === 1) return 'identity';
  const weights = weightsOf(accepted);
  let best: Encoding = 'identity';
  let weight = weights.get('identity') ?? 0.0001;
  for (const encoding of ['gzip', 'br'] as const) {
    const offered = weights.get(encoding) ?? weights.get('*') ?? 0;
    if (offered > 0 && offered >= weight && available.includes(encoding)) {
      best = encoding;
      weight = offered;
    }
  }
  return best;
}

function weightsOf(accepted: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of accepted.slice(0, 512).split(',')) {
    const [name = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice(2));
    weights.set(name.trim(), Number.isFinite(weight) ? weight : 0);
  }
  return weights;
}

/** Whether `If-None-Match` names the tag (weak comparison). */
export function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((part) => part.trim().replace(/^W\//, '') === etag);
}

export type Range = { readonly start: number; readonly end: number } | 'unsatisfiable' | undefined;

/** One range of bytes; several, or what is not understood, means the whole file (RFC 9110, 14.2). */
export function rangeOf(header: string | undefined, size: number): Range {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (found === null || (found[1] === '' && found[2] === '')) return undefined;
  const [, first = '', last = ''] = found;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first === '' && Number(last) === 0) return 'unsatisfiable';
  if (start >= size) return 'unsatisfiable';
  return start > end ? undefined : { start, end };
}
