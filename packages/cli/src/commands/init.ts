import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryError, parseAppId } from '@sluice/core';
import { initFolderStore } from '@sluice/local';
import type { GlobalOptions, World } from '../context.js';
import { loadConfig } from '../load-config.js';
import { say } from '../output.js';

interface InitOptions extends GlobalOptions {
  readonly shell: readonly string[];
  readonly remote: readonly string[];
}

export async function init(world: World, options: InitOptions): Promise<void> {
  const path = join(world.cwd, options.config ?? 'sluice.config.ts');
  const written = await writeConfig(path, options);
  const { target } = await loadConfig({ cwd: world.cwd, config: path, target: options.target });
  const store = await initFolderStore({ root: target.store });
  const lines = [
    written ? `Wrote ${path}.` : `${path} is there already and stays as it is.`,
    store === 'created' ? `Made the store ${target.store}.` : `The store ${target.store} is there already.`,
    'Next: `sluice publish <dir> --app <app> --version v1.0.0`, `sluice start <app> v1.0.0`, `sluice serve`.',
  ];
  say(options.json, { config: path, written, store: target.store, created: store === 'created' }, lines.join('\n'));
}

async function writeConfig(path: string, options: InitOptions): Promise<boolean> {
  const apps = [
    ...options.shell.map((app) => [app, 'shell'] as const),
    ...options.remote.map((app) => [app, 'remote'] as const),
  ];
  const wrong = apps.filter(([app]) => parseAppId(app) === undefined);
  if (wrong.length > 0) {
    throw new DeliveryError({
      code: 'app-name-invalid',
      message: `${wrong.map(([app]) => `"${app}"`).join(', ')} cannot be an app's name.`,
      remedy: 'Use a-z, 0-9 and "-", at most 32, a letter first; not "api" or "sluice".',
    });
  }
  const listed =
    apps.length > 0
      ? apps
      : ([
          ['shell', 'shell'],
          ['mfe1', 'remote'],
        ] as const);
  const lines = listed.map(
    ([app, kind]) => `    ${/^[a-z][a-z0-9]*$/.test(app) ? app : `'${app}'`}: { kind: '${kind}' },`,
  );
  const text = `import { defineConfig } from '@sluice/schema';

export default defineConfig({
  apps: {
${lines.join('\n')}
  },
  // The plan "standard": 5 % 15 min, 25 % 30 min, 50 % 30 min, 100 % with a bake of 30 min.
  plan: 'standard',
  targets: {
    local: { store: '.sluice/store', telemetry: '.sluice/telemetry', edge: { port: 4400 }, controller: { port: 4401 } },
  },
});
`;
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
