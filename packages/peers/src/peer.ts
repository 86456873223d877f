import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missing, programOf } from './installed.js';
import { startServer, type Server } from './start-server.js';

export interface RunningPeer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A program that speaks an API of AWS. */
export interface Peer {
  readonly name: string;
  /** What it would need; undefined where it can be started. */
  readonly missing: string | undefined;
  start(): Promise<RunningPeer>;
}

/** Key and secret that every peer takes. */
export const peerCredentials = { accessKeyId: 'sluice', secretAccessKey: 'sluice-secret' };

const aws = { AWS_ACCESS_KEY_ID: 'sluice', AWS_SECRET_ACCESS_KEY: 'sluice-secret', AWS_EC2_METADATA_DISABLED: 'true' };

/** moto server: S3, CloudFront, CloudWatch, SNS, DynamoDB, AppConfig, in memory. */
export const moto: Peer = {
  name: 'moto',
  missing: missing('python'),
  start: () =>
    startServer(({ port }) => ({
      program: programOf('python', 'moto_server'),
      args: ['-H', '127.0.0.1', '-p', String(port)],
      env: aws,
      probe: '/moto-api/',
    })),
};

/** MiniStack: the CloudFront key-value store, AppConfig, SNS with real delivery. */
export const ministack: Peer = {
  name: 'MiniStack',
  missing: missing('python'),
  start: () =>
    inFolder((folder) =>
      startServer(({ port }) => ({
        program: programOf('python', 'ministack'),
        args: [],
        env: { ...aws, GATEWAY_PORT: String(port), S3_DATA_DIR: join(folder, 's3'), HOME: folder, LOG_LEVEL: 'ERROR' },
        probe: '/_ministack/health',
      })),
    ),
};

/** versitygw: an S3 gateway over a folder; a second implementation beside moto, which checks signatures too. */
export const versitygw: Peer = {
  name: 'versitygw',
  missing: missing('go'),
  start: () =>
    inFolder((folder) =>
      startServer(({ port }) => ({
        program: programOf('go', 'versitygw'),
        args: ['--port', `127.0.0.1:${String(port)}`, '--quiet', 'posix', folder],
        env: { ROOT_ACCESS_KEY: peerCredentials.accessKeyId, ROOT_SECRET_KEY: peerCredentials.secretAccessKey },
        probe: '/',
      })),
    ),
};

/** Runs a server over a new folder, which goes when the server is stopped. */
export async function inFolder(start: (folder: string) => Promise<Server>): Promise<RunningPeer> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-peer-'));
  const clean = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const { url, stop } = await start(folder);
    return { url, stop: () => stop().then(clean) };
  } catch (error) {
    await clean();
    throw error;
  }
}
