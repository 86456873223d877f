import type { FunctionBundle } from '../edge/bundle.js';
import { callsFor, type BundleCall } from './bundle-calls.js';
import type { BundleEngine } from './bundle-engines.js';
import type { Values } from './kinds.js';
import { quote } from './quote.js';
import type { Vector } from './vectors.js';

/**
 * What the CloudFront Function's own code says in an engine, vector by vector; undefined for vectors that nothing in it
 * could answer. The bundle runs as it is: the calls are appended.
 */
export async function seenInBundle(
  bundle: FunctionBundle,
  engine: BundleEngine,
  vectors: readonly Vector[],
): Promise<readonly (Values | undefined)[]> {
  const calls = vectors.map((vector) => callsFor(bundle, vector));
  const flat = calls.flatMap((some) => some ?? []);
  const program = programOf(bundle, flat, engine.utf8);
  const answers = (await engine.run(program, 'export default {};')).map((line) => JSON.parse(line) as unknown);
  let next = 0;
  return calls.map((some) => {
    if (some?.length === 0) return { unreadable: true };
    const seen = some?.map((call) => {
      const answer = answers[next];
      next += 1;
      return call.answer(answer);
    });
    return seen && Object.assign({}, ...seen);
  });
}

/** In text of ASCII only, so that no encoding stands between Node and the engine. */
function programOf(bundle: FunctionBundle, calls: readonly BundleCall[], utf8: boolean): string {
  const { functions } = bundle.names;
  const used = [...new Set(calls.map(({ name }) => name))];
  const table = used.map((name) => `${name}: ${functions[name] ?? 'undefined'}`).join(', ');
  return `import cf from 'cloudfront';
var SLUICE = { apps: {}, shells: [], secure: true };
${bundle.code}
var table = { ${table} };
${quote(calls.map(({ name, args }) => ({ name, args: utf8 ? wellFormed(args) : args })))}.forEach(function (call) {
  say(JSON.stringify(table[call.name].apply(null, call.args)));
});`;
}

/** With U+FFFD for each lone surrogate, as assignment v1 takes them. */
function wellFormed(args: readonly unknown[]): readonly unknown[] {
  return args.map((arg) => (typeof arg === 'string' ? Buffer.from(arg).toString() : arg));
}
