// The platform that a script starts ends with the script, however that is ended.

/** Who started this process, before anybody could end them. */
const starter = process.ppid;

/**
 * Passes on to the child what shall end this process, waits until the child has closed what it started, and ends with
 * its exit code.
 *
 * npm starts a script by a shell, which passes no SIGTERM on: the script is left behind with a new parent. That is taken
 * for SIGTERM.
 * @param {import('node:child_process').ChildProcess} child
 */
export function endTogether(child) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // On Windows a child cannot be asked, only ended; Ctrl+C reaches it by itself.
      if (process.platform !== 'win32') child.kill(signal);
    });
  }
  const watch = setInterval(() => {
    if (process.env['npm_lifecycle_event'] === undefined || process.ppid === starter) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 200);
  child.once('exit', (code) => {
    clearInterval(watch);
    process.exitCode = code ?? 1;
  });
}
