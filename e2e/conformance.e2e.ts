import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sluice-vectors-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Assignment {
  readonly vectors: { salt: string; subject: string; hash: number; bucket: number }[];
}

/** Types the command in another folder than the project's. */
function conformance(file: string): { readonly exit: number | null; readonly said: string } {
  const args = ['--prefix', root, '--silent', 'run', 'conformance', '--', file];
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
  return { exit: status, said: stdout + stderr };
}

function write(name: string, document: unknown): string {
  writeFileSync(join(folder, name), typeof document === 'string' ? document : JSON.stringify(document));
  return name;
}

describe('npm run conformance', () => {
  const own = readFileSync(join(root, 'conformance/assignment.json'), 'utf8');
  const count = (JSON.parse(own) as Assignment).vectors.length;

  it.each(['assignment', 'decision', 'analysis', 'analysis-rules'])(
    'passes our own vectors of %s in Node and in the browser bundle',
    (name) => {
      const { exit, said } = conformance(join(root, `conformance/${name}.json`));
      expect(said).toMatch(/^[1-9]\d* passed, 0 failed$/m);
      expect(exit).toBe(0);
    },
  );

  it('names each vector that differs, with what was expected and seen in each place', () => {
    const altered = JSON.parse(own) as Assignment;
    const [first, second] = altered.vectors;
    if (first === undefined || second === undefined) throw new Error('the test itself is wrong');
    first.bucket += 1;
    second.hash -= 1;
    const { exit, said } = conformance(write('altered.json', altered));
    expect(said).toContain('altered.json vectors[0]');
    expect(said).toContain(`expected {"hash":${String(second.hash)}`);
    expect(said).toContain(`seen in Node {"hash":${String(second.hash + 1)}`);
    expect(said).toContain(`seen in the browser {"hash":${String(second.hash + 1)}`);
    expect(said).toContain(`seen in the edge bundle in quickjs {"hash":${String(second.hash + 1)}`);
    expect(said).toMatch(new RegExp(`^${String(count - 2)} passed, 2 failed$`, 'm'));
    expect(exit).toBe(1);
  });

  it('says so when a part of a file is of a kind that it does not know', () => {
    const mixed = { ...(JSON.parse(own) as Assignment), horoscopes: [{ sign: 'leo' }] };
    const { exit, said } = conformance(write('mixed.json', mixed));
    expect(said).toContain('not run: "horoscopes" (1)');
    expect(said).toContain(`${String(count)} passed, 0 failed`);
    expect(exit).toBe(2);
  });

  it.each([
    ['not there', 'nowhere.json', undefined, 'Cannot read'],
    ['no JSON', 'torn.json', '{"vectors": [', 'is not JSON'],
    ['of no known kind', 'strange.json', { rows: [1] }, 'holds no vectors that can be run'],
    ['empty', 'empty.json', { vectors: [] }, 'holds no vectors that can be run'],
  ])('refuses a file that is %s', (_, name, document, message) => {
    if (document !== undefined) write(name, document);
    const { exit, said } = conformance(name);
    expect(said).toContain(message);
    expect(said).toContain(name);
    expect(said).not.toContain('passed');
    expect(exit).toBe(2);
  });
});
