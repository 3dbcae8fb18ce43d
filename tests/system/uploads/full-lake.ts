import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LabIam } from '../../../lab/iam/client/lab-iam.ts';
import type { ILake } from '../../../lab/lake.ts';
import { labEnvironment } from '../lab.js';

const ROOT = resolve(import.meta.dirname, '../../..');

/** The lake of the full profile. Starts it if it does not run. */
export function fullLake(): ILake {
  labEnvironment('alice', 'full');
  return JSON.parse(readFileSync(join(ROOT, '.lab/full/lake.json'), 'utf8')) as ILake;
}

/**
 * The environment of a terminal where alice is signed in to Rucio by password and has a token for stores; its
 * configuration and its list of uploads are in this folder.
 */
export async function terminalWithToken(
  lake: ILake,
  folder: string,
  dataLake: object = {}
): Promise<NodeJS.ProcessEnv> {
  const place = (name: string) => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const token = await LabIam.of(lake).token('alice', 'xrootd', 'storage.read:/ storage.modify:/');
  const tokenFile = join(place('tokens'), 'storage');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const config = place('config');
  writeFileSync(join(config, 'jupyter_server_config.json'), JSON.stringify({ DataLake: dataLake }));
  return {
    ...labEnvironment('alice', 'full'),
    BEARER_TOKEN_FILE: tokenFile,
    XrdSecPROTOCOL: 'ztn',
    // How long XRootD's client waits before it connects again.
    XRD_CONNECTIONWINDOW: '3',
    JUPYTER_CONFIG_PATH: '',
    JUPYTER_CONFIG_DIR: config,
    JUPYTER_DATA_DIR: place('data'),
    JUPYTER_RUNTIME_DIR: place('runtime')
  };
}
