import { mkdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { lakeFile, type ILake } from './lake.ts';
import { newSecret, privateFolder, secretIn, writePrivate } from './private-file.ts';
import { accountConfig, alembicConfig, netrc, serverConfig } from './rucio-config.ts';

/** Makes the folders of a lake that are this user's. */
export function makeFolders(lake: ILake): void {
  const { secrets, run, log, server, accounts, science, state, jupyter } = lake.folders;
  for (const folder of [secrets, run, log, server, accounts, science, state, jupyter]) {
    privateFolder(folder);
  }
  for (const account of lake.accounts) {
    privateFolder(path.join(lake.folders.accounts, account, 'etc'));
  }
  privateFolder(path.join(lake.folders.server, 'etc'));
  if (lake.profile === 'embedded') {
    privateFolder(lake.folders.storage);
    for (const rse of lake.rses) privateFolder(rse.folder);
  }
}

/** Writes every configuration file anew; passwords are made once and kept. */
export function writeConfiguration(lake: ILake, environment: string): void {
  for (const name of [...lake.accounts, 'postgres', 'database']) {
    secretIn(path.join(lake.folders.secrets, name));
  }
  writePrivate(lakeFile(lake.folder), JSON.stringify(lake, undefined, 2) + '\n');
  const server = path.join(lake.folders.server, 'etc');
  writePrivate(path.join(server, 'rucio.cfg'), serverConfig(lake, environment));
  writePrivate(path.join(server, 'alembic.ini'), alembicConfig(lake));
  for (const account of lake.accounts) {
    const file = path.join(lake.folders.accounts, account, 'etc/rucio.cfg');
    writePrivate(file, accountConfig(lake, account));
  }
  writePrivate(path.join(lake.folders.jupyter, 'jupyter_server_config.json'), jupyterConfig(lake));
}

/** Points the JupyterLab extension at this lake, signed in as alice. */
function jupyterConfig(lake: ILake): string {
  const DataLake = {
    display_name: 'Lab lake',
    rucio_cfg: path.join(lake.folders.accounts, 'alice/etc/rucio.cfg'),
    mounts: [lake.mount],
    rse_expressions: [lake.mount.rse],
    state_dir: lake.folders.state
  };
  return JSON.stringify({ DataLake }, undefined, 2) + '\n';
}

/** The files of the copy service: its settings, and where Rucio finds the secret. */
export const copyServiceFiles = (lake: ILake): { settings: string; netrc: string } => ({
  settings: path.join(lake.folders.server, 'copy-service.json'),
  netrc: path.join(lake.folders.secrets, 'netrc')
});

/**
 * Before each start of the copy service: a new secret, so that whoever listened on its port in between knows
 * only one of the past.
 */
export function writeCopyServiceFiles(lake: ILake): void {
  const files = copyServiceFiles(lake);
  const secretFile = path.join(lake.folders.secrets, 'copy-service');
  const secret = newSecret();
  writePrivate(secretFile, secret + '\n');
  writePrivate(files.netrc, netrc(secret));
  mkdirSync(path.dirname(files.settings), { recursive: true });
  const rses = lake.rses.map(({ folder, protocol }) => ({ folder, protocol }));
  const xrootd = lake.keytab && {
    keytab: lake.keytab,
    prefixes: rses.map(
      ({ protocol }) => `root://${protocol.hostname}:${protocol.port}${protocol.prefix}`
    )
  };
  const settings = {
    port: lake.ports.copyService,
    secretFile,
    paceFile: lake.paceFile,
    folders: lake.profile === 'embedded' ? rses.map(({ folder }) => realpathSync(folder)) : [],
    ...(xrootd ? { xrootd } : {})
  };
  writePrivate(files.settings, JSON.stringify(settings));
}
