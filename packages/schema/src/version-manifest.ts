import type { AppId, VersionManifest } from '@sluice/core';
import { parseAppId } from '@sluice/core';
import * as v from 'valibot';
import { parseJson } from './json.js';
import type { Parsed } from './parsed.js';
import { parseShape } from './parsed.js';
import { schemaOf, type UnknownSchema, versionShape } from './pointer.js';

const text = v.pipe(v.string(), v.maxLength(1024));
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const path = v.pipe(
  text,
  v.check((written) => isInside(written), 'The path leaves the version. | Use a relative path without "..".'),
);

const fileShape = v.object({
  path,
  size,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'It is not a SHA-256. | Write 64 hex digits in lower case.')),
  encodings: v.exactOptional(v.array(v.picklist(['br', 'gzip']))),
});

const manifestShape = v.object({
  schema: v.literal(1),
  app: v.custom<AppId>(
    (value) => parseAppId(value) !== undefined,
    'It is not an app name. | Use a-z, 0-9 and "-", at most 32, a letter first.',
  ),
  version: versionShape,
  kind: v.picklist(['shell', 'remote']),
  entry: path,
  files: v.array(fileShape),
  exposes: v.array(text),
  shared: v.array(
    v.object({
      name: text,
      version: v.exactOptional(text),
      requiredVersion: v.exactOptional(text),
      singleton: v.exactOptional(v.boolean()),
      strictVersion: v.exactOptional(v.boolean()),
    }),
  ),
  needs: v.exactOptional(v.record(v.string(), text)),
  rollbackSafe: v.exactOptional(v.boolean()),
  commit: v.exactOptional(text),
  builder: v.exactOptional(text),
  publishedAt: text,
}) satisfies v.GenericSchema<unknown, VersionManifest>;

function isInside(written: string): boolean {
  return (
    written !== '' &&
    !written.includes('\\') &&
    !written.includes('\0') &&
    written.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

/** `version.json`, strict: every problem listed. */
export function parseVersionManifest(source: string): Parsed<VersionManifest> | UnknownSchema {
  const json = parseJson(source);
  if (json.kind === 'invalid') return json;
  const schema = schemaOf(json.value);
  if (schema !== undefined && schema !== 1) return { kind: 'unknown-schema', schema };
  return parseShape(manifestShape, json.value);
}
