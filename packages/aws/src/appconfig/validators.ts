import type { Validator } from '@aws-sdk/client-appconfig';
import { DeliveryError } from '@sluice/core';
import { deploymentSchema } from './deployment-schema.js';

/** "A configuration profile can have a maximum of two validators" (AWS, Creating configuration profiles). */
const most = 2;

/** The validators that the profile is to have: ours, and those of others. Throws `router-behind` where ours has no room. */
export function validatorsFor(profile: string, present: readonly Validator[]): Validator[] | 'in-line' {
  const ours: Validator = { Type: 'JSON_SCHEMA', Content: deploymentSchema };
  if (present.some(({ Content }) => Content === deploymentSchema)) return 'in-line';
  const others = present.filter((one) => !isOlderOfOurs(one));
  if (others.length < most) return [...others, ours];
  throw new DeliveryError({
    code: 'router-behind',
    message: `The profile "${profile}" of AppConfig has ${String(most)} validators that are not ours; AppConfig takes no third one.`,
    remedy: 'Remove one of them, or name another profile in `appConfig`; it is made where it is missing.',
  });
}

function isOlderOfOurs({ Type, Content = '' }: Validator): boolean {
  return Type === 'JSON_SCHEMA' && Content.includes('"title":"Sluice: deployments"');
}
