import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { njs as njsProgram } from '@sluice/peers';
import { getQuickJS } from 'quickjs-emscripten';

/** An engine that runs a module and gives what it says. */
export interface BundleEngine {
  readonly name: string;
  /** Its strings are UTF-8, in which there is no lone surrogate. */
  readonly utf8: boolean;
  /** What it would need; undefined where it can run. */
  readonly missing: string | undefined;
  /** Runs the module, which may import `cloudfront`, and gives what it handed to `say(text)`, a line each. */
  run(program: string, cloudfront: string): Promise<readonly string[]>;
}

/** What engines without a module `crypto` get as one; njs has its own. */
const requireOverHmac = `function require(name) {
  if (name !== 'crypto') throw new Error('there is no ' + name);
  return { createHmac: function (hash, secret) {
    return { update: function (text) {
      return { digest: function (encoding) {
        if (hash !== 'sha256' || encoding !== 'base64url') throw new Error('there is no ' + hash + ' as ' + encoding);
        return hmac(secret, text);
      } };
    } };
  } };
}`;

function hmacSha256(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** njs prints no more than 2,048 bytes of a text. */
const sayInPieces = `function say(text) {
  for (var i = 0; i + 500 < text.length; i += 500) console.log(text.slice(i, i + 500) + '+');
  console.log(text.slice(i) + '.');
}`;

/** nginx's engine, from which the one of CloudFront Functions was made: the program `njs`. */
export const njs: BundleEngine = {
  name: 'njs',
  utf8: true,
  missing: njsProgram.missing,
  async run(program, cloudfront) {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-njs-'));
    try {
      await writeFile(join(folder, 'cloudfront'), cloudfront);
      const file = join(folder, 'program.js');
      await writeFile(file, `${program}\n${sayInPieces}\n`);
      const said = await promisify(execFile)('njs', ['-p', folder, file], { maxBuffer: 64 * 1024 * 1024 });
      return said.stdout.replaceAll('+\n', '').split('.\n').slice(0, -1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** A small engine that shares no code with nginx's or V8. */
export const quickjs: BundleEngine = {
  name: 'quickjs',
  utf8: false,
  missing: undefined,
  async run(program, cloudfront) {
    const runtime = (await getQuickJS()).newRuntime({ moduleLoader: () => cloudfront });
    const context = runtime.newContext();
    const said: string[] = [];
    try {
      const say = context.newFunction('say', (text) => {
        said.push(context.getString(text));
      });
      context.setProp(context.global, 'say', say);
      say.dispose();
      const hmac = context.newFunction('hmac', (secret, text) =>
        context.newString(hmacSha256(context.getString(secret), context.getString(text))),
      );
      context.setProp(context.global, 'hmac', hmac);
      hmac.dispose();
      context.unwrapResult(context.evalCode(requireOverHmac)).dispose();
      context.unwrapResult(context.evalCode(program, 'program.js', { type: 'module' })).dispose();
      const jobs = runtime.executePendingJobs();
      if (jobs.error) throw new Error(String(context.dump(jobs.error)));
      return said;
    } finally {
      context.dispose();
      runtime.dispose();
    }
  },
};

/** V8, in a context of its own. */
export const v8: BundleEngine = {
  name: 'V8',
  utf8: false,
  missing: undefined,
  async run(program, cloudfront) {
    const said: string[] = [];
    const script = `${cloudfront.replace('export default', 'const cf =')}\n${program.replace(/^import .*$/m, '')}`;
    runInNewContext(`${requireOverHmac}\n${script}`, { say: (text: string) => said.push(text), hmac: hmacSha256 });
    // Promises of the context are settled when this one is: they were made before.
    await new Promise(setImmediate);
    return said;
  },
};

export const bundleEngines: readonly BundleEngine[] = [v8, njs, quickjs];
