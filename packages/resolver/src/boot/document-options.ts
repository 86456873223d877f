import { coarseId, consentGiven } from '../identity.js';
import type { PageOptions } from '../options.js';
import type { TelemetryOptions } from '../report/telemetry.js';
import { parsed } from '../storage.js';
import { deviceId } from '../subject.js';

/** What the shell's document may ask for: `<html data-sluice='{"identity":"coarse"}'>`. Needs no script of its own. */
interface Written extends Pick<PageOptions, 'indexUrl' | 'timeoutMs' | 'defaults' | 'region'> {
  readonly metricsUrl?: string;
  readonly identity?: 'coarse';
  /** The page makes no id and tells nothing before `setConsent(true)`; edges have it of `visitors` in the configuration. */
  readonly consent?: 'required';
}

export function documentOptions(): PageOptions & TelemetryOptions {
  const written = Object(parsed(() => document.documentElement.dataset['sluice'])) as Written;
  const { identity, consent: asked, ...options } = written;
  const consent = (): boolean => consentGiven() ?? asked !== 'required';
  const newId = identity === 'coarse' ? coarseId : deviceId;
  return { ...options, consent, subject: () => (consent() ? newId() : undefined) };
}
