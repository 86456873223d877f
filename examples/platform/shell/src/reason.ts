import type { AppDecision } from './decisions.js';
import type { Shown } from './shown.js';

const grouped = (value: number): string => value.toLocaleString('en');

/** Why this page shows this version, in plain words. */
export function reasonOf(decision: AppDecision, shown: Shown): string {
  if (shown.kind === 'broken') return 'failed to start, and there is no other version to show';
  if (shown.kind === 'fallback') return `canary ${decision.version} failed to start: showing stable`;
  const isOlderChoice = decision.app === 'shell' && (shown.version !== decision.version || decision.reason === 'error');
  if (isOlderChoice) return 'chosen when you opened this page';
  const isCanary = decision.arm === 'canary';
  switch (decision.reason) {
    case 'no-canary':
      return 'the only version live';
    case 'blocked':
      return 'the canary was taken back: stable';
    case 'bot':
      return 'crawlers always get stable';
    case 'override':
      return 'you asked for it (override)';
    case 'audience':
      return isCanary ? 'you are in the audience that tries it' : 'the canary is for another audience';
    case 'allow-list':
      return 'you are on the list of those who try it';
    case 'region':
      return 'the canary is not in your region';
    case 'no-subject':
      return 'no visitor id, so stable';
    case 'bucket':
      return bucketReason(decision);
    case 'error':
      return 'the decision failed, so stable';
  }
}

function bucketReason({ arm, bucket = 0, percent }: AppDecision): string {
  return `your bucket ${grouped(bucket)} is ${arm === 'canary' ? 'below' : 'not below'} ${percent} %`;
}
