// Key-value stores are signed by SigV4A, which the SDK can do when this is there.
import '@aws-sdk/signature-v4a';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { clientSettings, type AwsConnection } from '../connection.js';

export function keyValueClient({ endpoint, ...connection }: AwsConnection): CloudFrontKeyValueStoreClient {
  const client = new CloudFrontKeyValueStoreClient({ ...clientSettings(connection), region: 'us-east-1' });
  if (endpoint !== undefined) goTo(client, new URL(endpoint));
  return client;
}

/** The SDK would put the account before the host's name, also of an address that it is given: such a host there is none. */
function goTo(client: CloudFrontKeyValueStoreClient, { protocol, hostname, port }: URL): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { protocol: string; hostname: string; port?: number };
      request.protocol = protocol;
      request.hostname = hostname;
      if (port !== '') request.port = Number(port);
      return next(args);
    },
    { step: 'build', name: 'sluiceGoTo' },
  );
}
