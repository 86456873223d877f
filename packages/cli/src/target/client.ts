import type { AwsTarget } from '@sluice/schema';

/** What every client of a target in AWS is told, beside its region and address. */
export function clientOf({
  role,
  maxAttempts,
  timeoutMs,
}: AwsTarget): Pick<AwsTarget, 'role' | 'maxAttempts' | 'timeoutMs'> {
  return { role, maxAttempts, timeoutMs };
}
