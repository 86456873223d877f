import { keep, runFile, textOf } from './files.js';
import type { NginxRequest } from './request.js';

// Runs in njs: see choose-version.ts on how it is written.
declare const process: { readonly ppid: number };

const hourMs = 3_600_000;

/**
 * Writes a line to nginx's error log: once an hour for as long as it is the same problem, and again where nginx was started
 * anew. What was told is in a file; where none can be written it is told in the first second of each minute.
 */
export function tell(r: NginxRequest, problem: string): void {
  const nowMs = Date.now();
  const path = runFile('told');
  const told = textOf(path).split('\n');
  const line = `${String(process.ppid)} ${problem}`;
  if (told[0] === line && Math.abs(nowMs - Number(told[1])) < hourMs) return;
  if (keep(path, `${line}\n${String(nowMs)}\n`) || nowMs % 60_000 < 1000) r.error(`sluice: ${problem}`);
}
