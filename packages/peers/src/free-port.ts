import { createServer } from 'node:net';

/** Below those that a system gives to connections: nobody gets one by chance between the look and the use. */
const lowest = 10_240;
const many = 20_000;
/** Each process begins elsewhere, and never gives one out twice. */
let next = process.pid * 16;

/** The first of so many ports in a row that nobody listens on. */
export async function freePort(inRow = 1): Promise<number> {
  for (;;) {
    const port = lowest + (next % many);
    next += inRow;
    const free = await Promise.all(Array.from({ length: inRow }, (_, i) => isFree(port + i)));
    if (free.every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen(port, '127.0.0.1', () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}
