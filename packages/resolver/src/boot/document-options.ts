import { coarseId, consentGiven } from '../identity.js';
import type { PageOptions } from '../options.js';
import type { TelemetryOptions } from '../report/telemetry.js';
import { parsed } from '../storage.js';

/** What the shell's document may ask for: `<html data-sluice='{"identity":"coarse"}'>`. Needs no script of its own. */
interface Written extends Pick<PageOptions, 'indexUrl' | 'timeoutMs' | 'defaults' | 'region'> {
  readonly metricsUrl?: string;
  readonly identity?: 'coarse';
  /** The page makes no id of the device and tells nothing before `setConsent(true)`; an edge sets its cookies all the same. */
  readonly consent?: 'required';
}

export function documentOptions(): PageOptions & TelemetryOptions {
  const written = Object(parsed(() => document.documentElement.dataset['sluice'])) as Written;
  const { identity, consent: asked, ...options } = written;
  const consent = (): boolean => consentGiven() ?? asked !== 'required';
  if (identity === 'coarse') return { ...options, consent, subject: coarseId };
  return { ...options, consent, ...(consent() ? {} : { subject: () => undefined }) };
}
