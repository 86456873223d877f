import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';

// A shell, as npm starts scripts by, the script in it, and what the script started: it says when it is up and when it has
// ended in order.

const platform = `
  process.on('SIGTERM', () => { console.log('in order'); process.exit(0); });
  setInterval(() => undefined, 60_000);
  console.log('up', process.ppid);
`;
const script = `
  import { spawn } from 'node:child_process';
  import { endTogether } from ${JSON.stringify(new URL('end-together.mjs', import.meta.url).href)};
  endTogether(spawn(process.execPath, ['-e', ${JSON.stringify(platform)}], { stdio: 'inherit' }));
`;

let shell: ChildProcess;
afterEach(() => shell.kill('SIGKILL'));

/** The script's process id, once the platform is up; and all that was said, once nobody is left to say more. */
async function start(): Promise<{ readonly scriptPid: number; readonly said: Promise<string> }> {
  // "; :" keeps a shell from becoming the script.
  shell = spawn('sh', ['-c', '"$NODE" --input-type=module -e "$SCRIPT"; :'], {
    env: { ...process.env, NODE: process.execPath, SCRIPT: script, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  shell.stdout?.on('data', (part: Buffer) => (text += part.toString()));
  const said = once(shell.stdout ?? process.stdin, 'close').then(() => text);
  while (!text.includes('\n')) await once(shell.stdout ?? process.stdin, 'data');
  return { scriptPid: Number(/up (\d+)/.exec(text)?.[1]), said };
}

describe('endTogether', () => {
  it('ends what the script started when the shell that npm starts it by is ended', async () => {
    const { said } = await start();
    shell.kill('SIGTERM');
    expect(await said).toContain('in order');
  });

  it('ends what the script started when the script is told to end', async () => {
    const { scriptPid, said } = await start();
    process.kill(scriptPid, 'SIGTERM');
    expect(await said).toContain('in order');
  });
});
