import type { FailureKind } from '@sluice/core';
import type { PageDecision } from '../decide.js';
import { isByLink } from '../grants.js';

/** Why a page got the version that it got, as half a sentence. */
export function reasonInWords({ app, version, arm, reason, bucket = 0, percent }: PageDecision): string {
  const isCanary = arm === 'canary';
  switch (reason) {
    case 'no-canary':
      return 'the only version live';
    case 'blocked':
      return 'the canary was taken back: stable';
    case 'bot':
      return 'crawlers always get stable';
    case 'override':
      return isByLink(app, version) ? 'a preview link has opened it' : 'you asked for it (override)';
    case 'audience':
      return isCanary ? 'you are in the audience that tries it' : 'the canary is for another audience';
    case 'allow-list':
      return 'you are on the list of those who try it';
    case 'region':
      return 'the canary is not in your region';
    case 'no-subject':
      return 'no visitor id, so stable';
    case 'bucket':
      return `your bucket ${bucket.toLocaleString('en')} is ${isCanary ? 'below' : 'not below'} ${String(percent)} %`;
    case 'error':
      return 'the decision failed, so stable';
  }
}

const failures: Readonly<Record<FailureKind, string>> = {
  manifest: 'its manifest could not be loaded',
  entry: 'its entry could not be loaded',
  incompatible: 'it needs another version of something shared',
  evaluate: 'it threw while it was evaluated',
  render: 'it threw while it rendered',
  chunk: 'one of its chunks could not be loaded',
  stylesheet: 'one of its stylesheets could not be loaded',
  boot: 'it threw while it started',
  error: 'it reported an error',
  timeout: 'it showed nothing in time',
};

/** How something failed, as half a sentence. */
export function failureInWords(kind: FailureKind): string {
  return failures[kind];
}
