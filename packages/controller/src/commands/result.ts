import type { Actor, AppId, OverrideName, VersionId } from '@sluice/core';
import { DeliveryError, parseAppId, parseVersionId } from '@sluice/core';
import type { Platform, PlatformApp } from '../platform.js';
import type { AppStatus } from '../status.js';

export interface Asked {
  /** An app, or a group whose members move together. */
  readonly app: string;
  readonly actor: Actor;
  readonly reason: string;
  /** Rules that the actor overrides by name; the reason is recorded with them. */
  readonly overrides?: readonly OverrideName[] | undefined;
}

/** What became of a command. Refusals are answers, not exceptions. */
export type CommandResult =
  | { readonly kind: 'done' | 'unchanged'; readonly summary: string; readonly status: AppStatus }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

export function refuse(error: DeliveryError): CommandResult {
  return { kind: 'refused', error };
}

/** The configured app, or the refusal that lists the apps there are. */
export function findApp(platform: Platform, name: string): PlatformApp | DeliveryError {
  const app = parseAppId(name);
  const found = platform.apps.find((candidate) => candidate.place.app === app);
  if (found !== undefined) return found;
  const known = platform.apps.map((candidate) => candidate.place.app).join(', ');
  return new DeliveryError({
    code: 'app-unknown',
    message: `There is no app "${name}" in sluice.config; there ${platform.apps.length === 1 ? 'is' : 'are'} ${known || 'none'}.`,
    remedy: 'Choose one of these, or add it under `apps` in sluice.config.',
  });
}

/** The app that is asked about; for a group's name its first member, through which the group is found. */
export function findUnit(platform: Platform, name: string): PlatformApp | DeliveryError {
  const first = platform.groups?.find((group) => group.name === name)?.apps[0];
  return findApp(platform, first ?? name);
}

/** A well-formed version, or the refusal that says what a version looks like. */
export function findVersion(name: string): VersionId | DeliveryError {
  return (
    parseVersionId(name) ??
    new DeliveryError({
      code: 'version-name-invalid',
      message: `"${name}" is not a version.`,
      remedy: 'Use v1.2.3, or v followed by 7 to 40 hex digits of the commit.',
    })
  );
}

/** Undefined when the version is published and whole; else the refusal with every file that is not. */
export async function missingOrAltered(
  platform: Platform,
  app: PlatformApp,
  version: VersionId,
): Promise<DeliveryError | undefined> {
  const problems = await platform.problemsOf(app, version);
  const name: AppId = app.place.app;
  if (problems === undefined) {
    return new DeliveryError({
      code: 'version-not-found',
      message: `Version "${version}" of "${name}" is not published.`,
      remedy: `Publish it with \`sluice publish dist --app ${name} --version ${version}\`.`,
    });
  }
  if (problems.length === 0) return undefined;
  return new DeliveryError({
    code: 'version-altered',
    message: `Version "${version}" of "${name}" is not whole: files are missing or altered.`,
    remedy: `Publish it again from the same build with \`sluice publish\`, or choose another version. Nothing was changed.`,
    details: problems,
  });
}
