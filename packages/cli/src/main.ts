import { createProgram, isAnswered } from './program.js';

// Dates, ids and the environment enter here and nowhere else.
const world = { cwd: process.cwd(), env: process.env, now: Date.now, argv: process.argv.slice(2) };

// The AWS SDK says on every start with Node 20 that versions of 2027 will need 22. Ours are pinned.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// Who reads us may stop reading (`| head`), and a terminal may be closed: that is no error. An edge that outlives its
// parent serves on, and what is stopped by a closed terminal ends in order.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

try {
  const argv = world.argv.length === 1 && world.argv[0] === '--version' ? ['-V'] : world.argv;
  await createProgram(world).parseAsync(argv, { from: 'user' });
} catch (error) {
  if (!isAnswered(error)) {
    const { fail } = await import('./output.js');
    process.exitCode = fail(error, world);
  }
}
