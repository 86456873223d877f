import { DeliveryError } from '@sluice/core';

/** What else can be wrong with an address, in words; `port-in-use` is told by who listens. */
export function addressError(error: unknown, address: { readonly host: string; readonly port: number }): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  if (error instanceof DeliveryError || !['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EINVAL'].includes(code ?? '')) {
    return error;
  }
  return new DeliveryError({
    code: 'config-invalid',
    message: `Nothing can listen on ${address.host}:${String(address.port)} (${String(code)}).`,
    remedy: 'Correct `host` and `port` under `targets` in sluice.config: 127.0.0.1 and a port above 1023 always work.',
    cause: error,
  });
}
