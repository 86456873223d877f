import { build, transform, type BuildOptions, type TransformOptions } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { beyondEngine } from './engine-level.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the engine has beyond ECMAScript 5; esbuild lowers the rest, and refuses what it cannot lower. */
const engine: TransformOptions = {
  target: 'es5',
  supported: { 'const-and-let': true, 'async-await': true, arrow: true, 'template-literal': true },
  charset: 'ascii',
  logLimit: 10,
};

/** Properties that nobody outside of the CloudFront Function sees. Names of events, entries and settings stay. */
const inner =
  /^(accept|app|arm|bot|bucket|claims|cookie|decision|file|hashes|header|kind|known|label|name|offered|override|path|pointer|query|reason|region|rules|sets?|status|subject|visit)$/;

/** A CloudFront Function without its settings, and how tests find its parts in it. */
export interface FunctionBundle {
  /** `SLUICE` is free in it, and in the one for viewer-request `cf`; declares `handler`. */
  readonly code: string;
  readonly names: FunctionNames;
}

interface FunctionNames {
  /** What functions of core are called in the bundle. */
  readonly functions: Readonly<Record<string, string>>;
  /** What properties are called in the bundle. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Without what `visitors` of the configuration asks for, or with it. */
type Kind = 'plain' | 'with visitors';

/** With the names of what conformance vectors are asked of. */
export function bundleViewerRequest(kind: Kind = 'plain'): Promise<FunctionBundle> {
  return bundleFunction(
    kind,
    `export { handler } from './src/cloudfront/viewer-request.js';
export { bucketOf, decide, murmur3 } from '@sluice/core';`,
  );
}

export function bundleViewerResponse(kind: Kind = 'plain'): Promise<FunctionBundle> {
  return bundleFunction(kind, `export { handler } from './src/cloudfront/viewer-response.js';`);
}

async function bundleFunction(kind: Kind, exported: string): Promise<FunctionBundle> {
  const whole = await flat(exported, { WITH_VISITORS: String(kind === 'with visitors') });
  const mangled = await transform(whole, {
    ...engine,
    format: 'esm',
    minify: true,
    mangleProps: inner,
    mangleCache: {},
  });
  const found = /export\{([^}]*)\};\s*$/.exec(mangled.code);
  if (found?.[1] === undefined) throw new Error('the bundle has no exports');
  const functions = Object.fromEntries(
    found[1].split(',').map((pair) => pair.split(' as ').toReversed() as [string, string]),
  );
  const handler = functions['handler'] ?? '';
  // CloudFront calls it by this name, and knows no exports.
  const code = `${mangled.code.slice(0, found.index)}\n`.replace(`function ${handler}(`, () => 'function handler(');
  const properties = mangled.mangleCache as Record<string, string>;
  return { code: checked(code), names: { functions: { ...functions, handler: 'handler' }, properties } };
}

/** A module for njs; imports are written above it. */
export async function bundleForNjs(entry: 'adapter' | 'cloudfront-shim', name: string): Promise<string> {
  const code = await flat(`export { ${name} } from './src/nginx/${entry}.js';`);
  const { code: lowered } = await transform(code, { ...engine, format: 'esm', minifySyntax: true });
  return checked(lowered.replace(/export \{\s*(\w+)[^}]*\};?\s*$/, 'export default $1;\n'));
}

/** One file that Lambda loads; `SLUICE` is free in it. */
export async function bundleLambda(): Promise<string> {
  return text({
    entryPoints: ['src/lambda/function.ts'],
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
  });
}

/** A Node edge that needs nothing installed; `SLUICE` is free in it. */
export async function bundleNode(): Promise<string> {
  return text({ entryPoints: ['src/node/standalone.ts'], format: 'esm', platform: 'node', target: 'node20' });
}

/** All modules in one, with what nobody uses left out; not yet lowered, because esbuild would lower that as well. */
async function flat(contents: string, define: Readonly<Record<string, string>> = {}): Promise<string> {
  return text({ stdin: { contents, resolveDir: `${root}packages/edge` }, format: 'esm', target: 'es2023', define });
}

async function text(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: `${root}packages/edge`,
    bundle: true,
    conditions: ['source'],
    charset: 'ascii',
    legalComments: 'none',
    logLimit: 10,
    ...options,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

function checked(code: string): string {
  const beyond = beyondEngine(code);
  if (beyond.length > 0) throw new Error(`The engine at the edge could not run this:\n${beyond.join('\n')}`);
  return code;
}
