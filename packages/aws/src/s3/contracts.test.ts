import { storeContract } from '@sluice/contracts';
import { describeWith, moto, versitygw } from '@sluice/peers';
import { afterAll, beforeAll } from 'vitest';
import { startS3, type S3Peer } from './peer.fixture.js';
import { createS3Store } from './s3-store.js';

const deviations = [
  {
    test: 'keeps an object whose key is also the folder of others',
    reason: 'versitygw keeps objects as files in folders, and a file is no folder; S3 itself can',
  },
];

for (const program of [moto, versitygw]) {
  describeWith([program], `in ${program.name}`, () => {
    let peer: S3Peer;
    beforeAll(async () => {
      peer = await startS3(program);
    });
    afterAll(async () => peer.stop());
    storeContract({
      name: `S3 (${program.name})`,
      create: async () => createS3Store(await peer.newBucket()),
      deviations: program === versitygw ? deviations : [],
    });
  });
}
