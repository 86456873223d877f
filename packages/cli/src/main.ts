import { createProgram } from './program.js';
import { fail } from './output.js';

// Dates, ids and the environment enter here and nowhere else.
const world = { cwd: process.cwd(), env: process.env, now: Date.now, argv: process.argv.slice(2) };

try {
  await createProgram(world).parseAsync(world.argv, { from: 'user' });
} catch (error) {
  process.exitCode = fail(error, { json: world.argv.includes('--json'), debug: world.argv.includes('--debug') });
}
