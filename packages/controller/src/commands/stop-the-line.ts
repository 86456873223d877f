import type { LineEvent, PlatformDocument } from '@sluice/schema';
import { readPlatformDocument } from '../documents.js';
import type { Platform } from '../platform.js';
import { changePlatform } from '../running-slots.js';
import type { Asked } from './result.js';

type AskedOfAll = Omit<Asked, 'app'>;

/** What became of it, in a sentence. */
export interface LineResult {
  readonly kind: 'done' | 'unchanged';
  readonly summary: string;
}

const kept = 100;

/** Stop-the-line: no app starts or advances until it is released; one write. Rollbacks and aborts go on. */
export async function stopTheLine(platform: Platform, asked: AskedOfAll): Promise<LineResult> {
  const { actor, reason: why } = asked;
  const sinceMs = platform.now();
  const event = lineEvent(platform, { ...asked, kind: 'stopped' });
  return changePlatform(platform, (document): { next?: PlatformDocument; answer: LineResult } => {
    if (document.stopped !== null) {
      const { actor: by, why: because } = document.stopped;
      return { answer: { kind: 'unchanged', summary: `All apps are stopped already, by ${by.name}: ${because}.` } };
    }
    const next = { ...document, stopped: { sinceMs, actor, why }, log: [...document.log, event].slice(-kept) };
    const summary = 'All apps are stopped: nothing starts or advances. Release them with `sluice resume --all`.';
    return { next, answer: { kind: 'done', summary } };
  });
}

/** Ends stop-the-line; rollouts go on where they were. */
export async function releaseTheLine(platform: Platform, asked: AskedOfAll): Promise<LineResult> {
  const event = lineEvent(platform, { ...asked, kind: 'released' });
  return changePlatform(platform, (document): { next?: PlatformDocument; answer: LineResult } => {
    if (document.stopped === null) return { answer: { kind: 'unchanged', summary: 'Nothing is stopped.' } };
    const next = { ...document, stopped: null, log: [...document.log, event].slice(-kept) };
    return { next, answer: { kind: 'done', summary: 'The line is released: rollouts go on.' } };
  });
}

/** Stop-the-line as it is, and who stopped and released it. */
export async function readLine(platform: Platform): Promise<Pick<PlatformDocument, 'stopped' | 'log'>> {
  const { stopped, log } = (await readPlatformDocument(platform.store)).value;
  return { stopped, log };
}

function lineEvent(platform: Platform, asked: AskedOfAll & { readonly kind: LineEvent['kind'] }): LineEvent {
  const at = new Date(platform.now()).toISOString();
  return { id: platform.newId(), kind: asked.kind, at, actor: asked.actor, why: asked.reason };
}
