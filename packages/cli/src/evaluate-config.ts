import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Jiti from 'jiti';

type Env = Readonly<Record<string, string | undefined>>;

/** What a configuration exports as its default. */
export async function evaluate(path: string, env: Env): Promise<unknown> {
  const module = ['.ts', '.mts'].includes(extname(path)) ? await compile(path, env) : await load(path, env);
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default;
  throw new Error('it has no default export.');
}

async function load(path: string, env: Env): Promise<unknown> {
  try {
    return (await import(pathToFileURL(path).href)) as unknown;
  } catch (error) {
    // A folder in which nothing is installed: compiling supplies the package from here.
    if (!(error instanceof Error) || !error.message.includes("'@sluice/schema'")) throw error;
    return compile(path, env);
  }
}

/** Node 20 cannot run TypeScript; and `npx sluice` has no `@sluice/schema` beside the file: it gets ours. */
async function compile(path: string, env: Env): Promise<unknown> {
  // Required, not imported: Node reads the exports of CommonJS out of 130 kB before it imports it, which takes 25 ms.
  const { createJiti } = createRequire(import.meta.url)('jiti') as typeof Jiti;
  const schema = await import('@sluice/schema');
  const jiti = createJiti(path, {
    // In the user's own cache: jiti's default, a folder of the same name for all users of the machine, is nobody's.
    fsCache: join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sluice', 'config'),
    virtualModules: { '@sluice/schema': schema },
  });
  return jiti.import(path);
}
