import { replayed } from './replayed.js';
import { windows } from './windows.js';

// Run as a bundle of its own, without the loader of TypeScript that a bench otherwise has around it.
const million = (perSecond: number): string => `${(perSecond / 1e6).toFixed(1)} M/s`;

const { intoWindows, ingested, limit } = await windows();
console.log(
  `events into windows: ${million(intoWindows)}; ingested, assignment recomputed: ${million(ingested)}; their map alone: ${million(limit)}`,
);
const { seconds, megabytes } = await replayed();
console.log(`replay of 1,000,000 lines (${megabytes.toFixed(0)} MB): ${seconds.toFixed(2)} s`);
