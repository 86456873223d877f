import type { Plugin } from 'vite';

export interface RemoteOptions {
  /** Like `{ './App': './src/app.tsx' }`. */
  readonly exposes: Readonly<Record<string, string>>;
  /** Packages that the page has once, each with the range that this app runs with: `{ react: '^19.0.0' }`. */
  readonly shared: Readonly<Record<string, string>>;
}

/** Entries of a package that hold its state as well, and are imported by other names. */
const alongWith: Readonly<Record<string, readonly string[]>> = {
  react: ['react/jsx-runtime'],
  'react-dom': ['react-dom/client'],
};

/** The federation plugin as Sluice needs it. It is loaded here, because shells do without it. */
export async function remote({ app, exposes, shared }: RemoteOptions & { readonly app: string }): Promise<Plugin[]> {
  const { federation } = await import('@module-federation/vite');
  return federation({
    name: app,
    filename: 'remoteEntry.js',
    // The page loads a remote by its manifest, and publish refuses one without.
    manifest: true,
    dts: false,
    exposes: { ...exposes },
    shared: Object.fromEntries(
      Object.entries(shared).flatMap(([name, requiredVersion]) =>
        // Strict: a page that has another version falls back to stable, instead of running on what was never tested.
        [name, ...(alongWith[name] ?? [])].map((entry) => [
          entry,
          { singleton: true, strictVersion: true, requiredVersion },
        ]),
      ),
    ),
  }) as Plugin[];
}
