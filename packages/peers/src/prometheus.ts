import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answers, type Needed } from './edge-programs.js';
import { inFolder, type RunningPeer } from './peer.js';
import { startServer } from './start-server.js';

/** Prometheus with a configuration, on a free port, over a folder of its own. */
export const prometheus: Needed & { start(configuration: object): Promise<RunningPeer> } = {
  missing: answers('prometheus') ? undefined : 'needs Prometheus (on Debian: apt-get install prometheus)',
  start: (configuration) =>
    inFolder(async (folder) => {
      const file = join(folder, 'prometheus.yml');
      // JSON is YAML.
      await writeFile(file, JSON.stringify(configuration));
      return startServer(({ port }) => ({
        program: 'prometheus',
        args: [
          `--config.file=${file}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${String(port)}`,
        ],
        env: {},
        probe: '/-/ready',
      }));
    }),
};
