import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { peerCredentials, type Peer, type RunningPeer } from '@sluice/peers';
import type { AwsConnection } from '../connection.js';
import type { S3StoreOptions } from './bucket.js';

/** A running S3 that gives out new buckets. */
export interface S3Peer {
  readonly connection: AwsConnection & { readonly endpoint: string };
  /** A client that speaks to it without our store in between. */
  readonly client: S3Client;
  readonly newBucket: () => Promise<S3StoreOptions>;
  readonly stop: () => Promise<void>;
}

export async function startS3(peer: Peer): Promise<S3Peer> {
  const running: RunningPeer = await peer.start();
  const connection = { region: 'us-east-1', endpoint: running.url, credentials: peerCredentials };
  const client = new S3Client({ ...connection, forcePathStyle: true });
  return {
    connection,
    client,
    newBucket: async () => {
      const bucket = `sluice-${randomBytes(6).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return { bucket, prefix: 'platform', connection };
    },
    stop: async () => {
      client.destroy();
      await running.stop();
    },
  };
}
