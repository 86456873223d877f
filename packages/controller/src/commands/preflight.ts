import type { OverrideName, VersionId } from '@sluice/core';
import { DeliveryError } from '@sluice/core';
import type { Platform, PlatformApp, Together } from '../platform.js';

interface Starting {
  readonly app: PlatformApp;
  readonly version: VersionId;
  readonly overrides?: readonly OverrideName[] | undefined;
  readonly together?: Together | undefined;
}

/** The refusal of a version that would not get along with what is on its pages; undefined where nothing speaks against it. */
export async function unfitError(platform: Platform, starting: Starting): Promise<DeliveryError | undefined> {
  const { app, version, overrides = [], together = {} } = starting;
  if (platform.preflight === undefined || overrides.includes('preflight')) return undefined;
  const details = await platform.preflight(app, version, together);
  if (details.length === 0) return undefined;
  const name = app.place.app;
  return new DeliveryError({
    code: 'preflight-failed',
    message: `"${name}" ${version} was not started: ${String(details.length)} ${details.length === 1 ? 'thing speaks' : 'things speak'} against it.`,
    remedy: `Look at all of it with \`sluice preflight ${name} ${version}\`; to start it all the same, type \`--force --reason "why it is fine"\`.`,
    details,
  });
}
