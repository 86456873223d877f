import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

interface Where {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stream: { readonly isTTY?: boolean };
}

/** Colours for a terminal only. NO_COLOR (no-color.org) switches them off; FORCE_COLOR switches them on elsewhere. */
export function coloursFor({ env, stream }: Where): Colours {
  const set = (name: string): boolean => (env[name] ?? '') !== '';
  if (set('NO_COLOR')) return pc.createColors(false);
  return pc.createColors(set('FORCE_COLOR') || (stream.isTTY === true && env['TERM'] !== 'dumb'));
}
