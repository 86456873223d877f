import type { BeaconEvent } from '@sluice/core';
import type { Failure } from '../telemetry.js';

/** What is told of an error; its fingerprint is made where it arrives. Anything can be thrown, and described. */
export function described({ kind, error }: Failure): NonNullable<BeaconEvent['error']> {
  // An object without a prototype cannot even be made a text.
  const plain = typeof error === 'object' ? 'object' : String(error as number);
  const { name = 'Error', message = plain } = Object(error) as Readonly<Record<string, unknown>>;
  return { kind, name: String(name).slice(0, 300), message: String(message).slice(0, 300) };
}
