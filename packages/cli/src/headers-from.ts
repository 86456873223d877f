import type { World } from './context.js';

/** Headers by the environment variables that hold their whole values. */
interface HeadersFrom {
  readonly headersFrom: Readonly<Record<string, string>>;
}

export function headersOf({ headersFrom }: HeadersFrom, env: World['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headersFrom).map(([key, from]) => [key, env[from] ?? '']));
}

/** Not set, empty, or with a line break, which no header can have. */
export function missingHeaders({ headersFrom }: HeadersFrom, env: World['env']): readonly string[] {
  return Object.values(headersFrom).filter((name) => !/^[^\r\n\0]+$/.test(env[name] ?? ''));
}
