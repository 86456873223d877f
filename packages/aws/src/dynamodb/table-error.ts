import { DeliveryError } from '@sluice/core';
import { commonError, failureOf } from '../aws-error.js';

/** What is wrong with a table; the cause is told in AWS's own words. */
export function tableError(table: string, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { name, status, text } = failureOf(error);
  const common = commonError(`Counting sessions in "${table}"`, error);
  if (common !== undefined) return common;
  const isMissing = name === 'ResourceNotFoundException';
  return new DeliveryError({
    code: 'telemetry-unreachable',
    message: isMissing
      ? `There is no table "${table}" in DynamoDB.`
      : `The table "${table}" cannot be reached (${status === undefined ? name : `${name}, ${String(status)}`}): ${text.split('\n')[0]?.slice(0, 300) ?? ''}`,
    remedy: isMissing
      ? 'Make it, with the keys p and s and the TTL attribute x (docs/aws.md), or correct `telemetry.table` and `telemetry.region` of the target.'
      : 'Nothing is lost that was counted. Look at `telemetry.region` and `telemetry.endpoint` of the target if it stays so.',
    cause: error,
  });
}
