import { overHttp } from './telemetry/http.js';
import { replayed } from './telemetry/replayed.js';
import { windows } from './telemetry/windows.js';

// npm run bench -- telemetry: events into windows, replay of a journal, and what a beacon costs over HTTP beside peers.
// Goals: 5 M events/s into windows; 1 M lines in 2 s; CPU at most 1.5 times a bare node:http, a 20th of pushgateway's.
const million = (perSecond: number): string => `${(perSecond / 1e6).toFixed(1)} M/s`;

const rates = await windows();
console.log(
  `events into windows: ${million(rates.intoWindows)}; ingested, assignment recomputed: ${million(rates.ingested)}`,
);
const replay = await replayed();
console.log(`replay of 1,000,000 lines (${replay.megabytes.toFixed(0)} MB): ${replay.seconds.toFixed(2)} s`);
const { measured, missing } = await overHttp();
const bare = measured.find(({ name }) => name === 'node:http')?.cpuUs ?? NaN;
for (const { name, cpuUs } of measured) {
  console.log(
    `a batch of 10 events, ${name}: ${cpuUs.toFixed(0)} µs of CPU, ${(cpuUs / bare).toFixed(2)} times node:http`,
  );
}
for (const name of missing) console.log(`not measured: ${name} is not on this machine`);
