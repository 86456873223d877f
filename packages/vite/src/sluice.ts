import { resolve } from 'node:path';
import { loadEnv, type Plugin, type PluginOption, type UserConfig } from 'vite';
import { classNames } from './class-names.js';
import { remote, type RemoteOptions } from './remote.js';

/** With `exposes` the app is a Module Federation remote; without, a shell of plain Vite. */
export interface SluiceOptions extends Partial<RemoteOptions> {
  /** The app's name, as in sluice.config. */
  readonly app: string;
  /** What the code reads as `import.meta.env.SLUICE_VERSION`. Default: that variable of the environment, or of `.env`. */
  readonly version?: string | undefined;
}

/**
 * A relative base, so that one build works under every version's address; the version in the code and in the manifest;
 * class names of CSS modules that two versions on one page do not share; and for a remote the federation plugin with a
 * manifest and strict singletons. What the configuration says itself stays.
 */
export function sluice({ app, version: given, exposes, shared = {} }: SluiceOptions): PluginOption {
  let version = given ?? 'v0.0.0';
  const own: PluginOption = {
    name: 'sluice',
    enforce: 'pre',
    config(config, { mode, command }) {
      const root = resolve(config.root ?? '');
      version = given ?? loadEnv(mode, root, 'SLUICE_')['SLUICE_VERSION'] ?? version;
      return {
        ...(command === 'build' && config.base === undefined ? { base: './' } : {}),
        define: { 'import.meta.env.SLUICE_VERSION': JSON.stringify(version) },
        css: { modules: classNames(app, config) },
        ...(exposes === undefined || command === 'serve' ? {} : entryOf(exposes, config)),
      };
    },
    ...buildVersion(() => version),
  };
  return exposes === undefined ? own : [own, remote({ app, exposes, shared })];
}

/** The federation plugin takes from the environment what it writes into the manifest for its own tools. */
function buildVersion(version: () => string): Pick<Plugin, 'buildStart' | 'closeBundle'> {
  const name = 'MF_BUILD_VERSION';
  let isOurs = false;
  return {
    buildStart() {
      isOurs = process.env[name] === undefined;
      if (isOurs) process.env[name] = version();
    },
    // The next build of this process may be another version's.
    closeBundle() {
      if (isOurs) delete process.env[name];
    },
  };
}

/** What is exposed is what is built: a page of its own is for a remote's development only, and publish leaves it out. */
function entryOf(exposes: RemoteOptions['exposes'], { build = {} }: UserConfig): UserConfig {
  const own = build.rollupOptions?.input;
  return own === undefined ? { build: { rollupOptions: { input: Object.values(exposes) } } } : {};
}
