import { build } from 'esbuild';

/** Every module that a source names: static, dynamic, re-exported, and for types only. */
export async function importsOf(path: string, source: string): Promise<readonly string[]> {
  const found: string[] = [];
  await build({
    stdin: { contents: keepTypeImports(source), loader: path.endsWith('x') ? 'tsx' : 'ts', sourcefile: path },
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'silent',
    // Without it esbuild drops what only types use.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    plugins: [
      {
        name: 'collect',
        setup: (hooks) => {
          hooks.onResolve({ filter: /.*/ }, ({ path: name, kind }) => {
            if (kind === 'entry-point') return undefined;
            found.push(name);
            return { path: name, external: true };
          });
        },
      },
    ],
  });
  return found;
}

/** esbuild erases `import type …` and `export type {…} from …`; an edge is an edge. */
function keepTypeImports(source: string): string {
  return source
    .replace(/^(\s*import)\s+type(?=\s*[{*]|\s+\w+\s+from\b)/gm, '$1')
    .replace(/^(\s*export)\s+type(?=\s*[{*][^;]*?\sfrom\s)/gm, '$1');
}
