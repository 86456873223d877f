import { createProgram } from './program.js';
import { fail } from './output.js';

// Dates, ids and the environment enter here and nowhere else.
const world = { cwd: process.cwd(), env: process.env, now: Date.now, argv: process.argv.slice(2) };

try {
  const argv = world.argv.length === 1 && world.argv[0] === '--version' ? ['-V'] : world.argv;
  await createProgram(world).parseAsync(argv, { from: 'user' });
} catch (error) {
  process.exitCode = fail(error, { json: world.argv.includes('--json'), debug: world.argv.includes('--debug') });
}
