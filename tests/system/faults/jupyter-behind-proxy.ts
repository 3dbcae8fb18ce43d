import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startJupyter, type IJupyter } from '../jupyter.js';
import { labEnvironment } from '../lab.js';
import { FaultyProxy } from './faulty-proxy.js';

interface IBehindProxy {
  rucio: FaultyProxy;
  jupyter: IJupyter;
  stop(): Promise<void>;
}

/** A Jupyter server whose alice finds the lab's Rucio behind a proxy that misbehaves on command, with the lab's mounts. */
export async function jupyterBehindProxy(): Promise<IBehindProxy> {
  const { RUCIO_CONFIG, JUPYTER_CONFIG_PATH } = labEnvironment();
  const file = join(JUPYTER_CONFIG_PATH, 'jupyter_server_config.json');
  const { mounts } = (JSON.parse(readFileSync(file, 'utf8')) as { DataLake: { mounts: object[] } })
    .DataLake;
  const [, url] = /rucio_host *= *(\S+)/.exec(readFileSync(RUCIO_CONFIG, 'utf8')) ?? [];
  const rucio = await FaultyProxy.before(url);
  const addresses = { rucio_url: rucio.url, auth_url: rucio.url };
  const configuration = { rucio_cfg: RUCIO_CONFIG, account: 'alice', mounts, ...addresses };
  const jupyter = await startJupyter(configuration);
  const stop = async () => {
    await jupyter.stop();
    await rucio.down();
  };
  return { rucio, jupyter, stop };
}
