/**
 * The command line, for those who embed it.
 *
 *   import { createProgram } from '@sluice/cli';
 *   await createProgram({ cwd, env, now: Date.now, argv }).parseAsync(argv, { from: 'user' });
 */
export { createProgram } from './program.js';
export type { World } from './context.js';
