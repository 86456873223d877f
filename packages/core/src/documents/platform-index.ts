import type { AppId } from '../ids.js';
import { parseAppId } from '../ids.js';
import type { Pointer, ReadPointer } from './pointer.js';
import { readPointer } from './pointer.js';

/** `platform-index.json`: what a page reads, one small cached document. A derived copy of all pointers. */
export interface PlatformIndex {
  readonly schema: 1;
  /** Share of the pages outside rollouts that send telemetry, 0–1. */
  readonly sampleRate: number;
  readonly apps: Readonly<Record<string, Pointer>>;
}

export interface ReadIndex {
  readonly sampleRate: number;
  /** Entries that can be read; a bad one is left out and never invalidates the others. */
  readonly apps: ReadonlyMap<AppId, ReadPointer>;
}

export const defaultSampleRate = 0.01;

/** Reads an index as page and edge do: tolerant, never throws. Undefined where it is not an index at all. */
export function readIndex(value: unknown): ReadIndex | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { apps, sampleRate } = value as { apps?: unknown; sampleRate?: unknown };
  if (typeof apps !== 'object' || apps === null || Array.isArray(apps)) return undefined;
  const entries = new Map<AppId, ReadPointer>();
  for (const [name, entry] of Object.entries(apps)) {
    const app = parseAppId(name);
    const pointer = readPointer(entry);
    if (app !== undefined && pointer !== undefined) entries.set(app, pointer);
  }
  const rate = typeof sampleRate === 'number' && sampleRate >= 0 && sampleRate <= 1 ? sampleRate : defaultSampleRate;
  return { sampleRate: rate, apps: entries };
}
