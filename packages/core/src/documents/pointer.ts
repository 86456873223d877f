import type { VersionId } from '../ids.js';
import { parseVersionId } from '../ids.js';

/**
 * `active-version.json`: which version is stable, which is on trial, and with how many users.
 * The first five fields are the brief's; a pointer with only those is valid.
 */
export interface Pointer {
  readonly version: VersionId;
  readonly canaryVersion: VersionId | null;
  /** 0–100, at most two decimals. */
  readonly canaryPercent: number;
  /** ISO 8601. */
  readonly lastUpdated: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly schema?: number;
  /** Grows by at least one with each write by Sluice; absent when a human or a script wrote the pointer. */
  readonly generation?: number;
  readonly assignment?: string;
  /** Fixed when a rollout starts; has no ":". Absent: see {@link saltOf}. */
  readonly salt?: string;
  readonly rolloutId?: string;
  /** Members of one group are served together: readers that derive the index take them from one write. */
  readonly group?: string;
  readonly blocked?: readonly VersionId[];
  /** Absent: everywhere. Empty: nowhere. */
  readonly enabledRegions?: readonly string[];
  /** Hashes of subjects or user ids that get the canary. */
  readonly allowList?: readonly string[];
  /** Only subjects with this signed claim get the canary. */
  readonly audience?: string;
}

/** The newest pointer schema that this code writes. */
export const pointerSchema = 1;

/** `damaged`: the stable version can be trusted, the canary cannot; prefer the last good pointer if there is one. */
export type ReadPointer = { readonly kind: 'sound' | 'damaged'; readonly pointer: Pointer };

/** The salt of a pointer that names none: `<app>@<canaryVersion>`. */
export function saltOf(app: string, pointer: Pointer): string {
  return pointer.salt ?? `${app}@${String(pointer.canaryVersion)}`;
}

/**
 * Reads a pointer as page and edge do: tolerant, never throws. Under an unknown `schema` only the brief's fields and
 * `blocked` are obeyed. Undefined where not even a stable version can be read.
 */
export function readPointer(value: unknown): ReadPointer | undefined {
  if (!isRecord(value)) return undefined;
  const version = parseVersionId(own(value, 'version'));
  if (version === undefined) return undefined;
  const updated = own(value, 'lastUpdated');
  const lastUpdated = typeof updated === 'string' ? updated : '';
  const stable: Pointer = { version, canaryVersion: null, canaryPercent: 0, lastUpdated };
  const canary = readCanary(value);
  const extras = readExtras(value);
  if (canary === undefined || extras === undefined) return { kind: 'damaged', pointer: stable };
  const metadata = own(value, 'metadata');
  const described = isRecord(metadata) ? { metadata } : undefined;
  return { kind: 'sound', pointer: Object.assign(stable, canary, described, extras) };
}

/** A percentage with at most two decimals, 0–100. */
export function isPercent(value: unknown): value is number {
  return (
    typeof value === 'number' && value >= 0 && value <= 100 && Math.abs(value * 100 - Math.round(value * 100)) < 1e-6
  );
}

function readCanary(value: object): Pick<Pointer, 'canaryVersion' | 'canaryPercent'> | undefined {
  const named = own(value, 'canaryVersion');
  const percent = own(value, 'canaryPercent') ?? 0;
  if (!isPercent(percent)) return undefined;
  if (named === undefined || named === null) return { canaryVersion: null, canaryPercent: 0 };
  const canaryVersion = parseVersionId(named);
  return canaryVersion === undefined ? undefined : { canaryVersion, canaryPercent: percent };
}

type Extras = Omit<Pointer, 'version' | 'canaryVersion' | 'canaryPercent' | 'lastUpdated' | 'metadata'>;

function readExtras(value: object): Extras | undefined {
  const schema = own(value, 'schema');
  const blocked = own(value, 'blocked');
  const extras: Record<string, unknown> = {};
  // A schema that is no number is unknown: NaN is no number that anybody knows.
  if (schema !== undefined) extras['schema'] = typeof schema === 'number' ? schema : NaN;
  if (blocked !== undefined) {
    if (!Array.isArray(blocked)) return undefined;
    extras['blocked'] = blocked.filter((item) => parseVersionId(item) !== undefined);
  }
  if (schema !== undefined && schema !== pointerSchema) return extras;
  const names = Object.keys(EXTRAS);
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] ?? '';
    const field = own(value, name);
    if (field === undefined) continue;
    if (EXTRAS[name]?.(field) !== true) return undefined;
    extras[name] = field;
  }
  return extras;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 256;
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const EXTRAS: Readonly<Record<string, (value: unknown) => boolean>> = {
  generation: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  assignment: isText,
  salt: (value) => isText(value) && !(value as string).includes(':'),
  rolloutId: isText,
  group: isText,
  enabledRegions: isTexts,
  allowList: isTexts,
  audience: isText,
};

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: object, name: string): unknown {
  return Object.prototype.hasOwnProperty.call(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
