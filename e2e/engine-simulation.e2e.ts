import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../scripts/simulate-engine.mjs', import.meta.url));

interface Ran {
  readonly code: number;
  readonly stdout: string;
}

function simulate(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], (error, stdout) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout });
    });
  });
}

it('A B C E G hold every law in 10,000 random lives of a platform, with faults at every read and write', async () => {
  const { code, stdout } = await simulate('--seeds', '10000');
  expect(stdout).toContain('10000 passed, 0 failed');
  expect(code).toBe(0);
}, 600_000);

it('refuses seeds that are no number', async () => {
  expect((await simulate('--seeds', 'many')).code).toBe(2);
});
