// A file server of others, for bench/edge/servers.ts: node peers.mjs <name> <folder>. What it needs is in .sluice/bench/peers.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [, , name, folder, installed] = process.argv;
const load = (peer) => import(createRequire(join(installed, 'package.json')).resolve(peer));
const say = (port) => process.stdout.write(`http://127.0.0.1:${port}\n`);

if (name === 'sirv') {
  const { default: sirv } = await load('sirv');
  const server = createServer(sirv(folder, { brotli: true, gzip: true, immutable: true, maxAge: 31536000 }));
  server.listen(0, '127.0.0.1', () => say(server.address().port));
} else if (name === 'express') {
  const { default: express } = await load('express');
  const server = express()
    .use(express.static(folder, { immutable: true, maxAge: '1y' }))
    .listen(0, '127.0.0.1', () => say(server.address().port));
} else {
  const { default: fastify } = await load('fastify');
  const { default: files } = await load('@fastify/static');
  const app = fastify();
  app.register(files, { root: folder, preCompressed: true, immutable: true, maxAge: '1y' });
  await app.listen({ port: 0, host: '127.0.0.1' });
  say(app.server.address().port);
}
