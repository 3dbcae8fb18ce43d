import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { clientSecretFile, NOWHERE, planIam } from './iam/plan.ts';
import { lakeFile, type ILake, type ILakeIam } from './lake.ts';
import { CERTIFIED, certifiedConfigs } from './people-certificates.ts';
import { newSecret, privateFolder, secretIn, writePrivate } from './private-file.ts';
import {
  accountConfig,
  alembicConfig,
  certifiedConfig,
  idpSecrets,
  idpSecretsFile,
  netrc,
  rucioRedirectUris,
  serverConfig
} from './rucio-config.ts';

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
  if (lake.iam) privateFolder(lake.iam.jupyterFolder);
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
  if (lake.iam) writeIamFiles(lake, lake.iam);
  const server = path.join(lake.folders.server, 'etc');
  writePrivate(path.join(server, 'rucio.cfg'), serverConfig(lake, environment));
  writePrivate(path.join(server, 'alembic.ini'), alembicConfig(lake));
  for (const account of lake.accounts) {
    const file = path.join(lake.folders.accounts, account, 'etc/rucio.cfg');
    writePrivate(file, accountConfig(lake, account));
  }
  writePrivate(path.join(lake.folders.jupyter, 'jupyter_server_config.json'), jupyterConfig(lake));
}

/** The identity provider's settings, and Rucio's as its client. */
function writeIamFiles(lake: ILake, iam: ILakeIam): void {
  const settings = planIam({
    port: lake.ports.iam,
    secretsFolder: lake.folders.secrets,
    stateFolder: iam.stateFolder,
    certificates: iam.certificates,
    redirectUris: {
      datalake: serverCallbacks(lake),
      'datalake-public': serverCallbacks(lake),
      rucio: rucioRedirectUris(iam.rucioHttpsUrl),
      jupyterhub: [hubCallback(lake)]
    }
  });
  for (const type of ['x509', 'x509_proxy'] as const) {
    writePrivate(
      certifiedConfigs(lake, CERTIFIED)[type],
      certifiedConfig(lake, iam, CERTIFIED, type)
    );
  }
  const jupyter = path.join(iam.jupyterFolder, 'jupyter_server_config.json');
  writePrivate(jupyter, tokensConfig(lake, iam));
  writePrivate(iam.settings, JSON.stringify(settings, undefined, 2) + '\n');
  writePrivate(idpSecretsFile(lake), idpSecrets(lake, iam));
}

/** Where people who sign in from JupyterLab come back to: at the ports that it takes first, and alice's at the hub. */
function serverCallbacks({ ports }: ILake): string[] {
  const servers = ['8888', '8889', '8890'].flatMap(port => [
    `http://localhost:${port}`,
    `http://127.0.0.1:${port}`
  ]);
  const atHub = `http://127.0.0.1:${ports.hubProxy}/user/alice`;
  return [...[...servers, atHub].map(server => `${server}/jupyterlab-datalake/callback`), NOWHERE];
}

/** Where people who sign in to JupyterHub come back to. */
export const hubCallback = ({ ports }: ILake): string =>
  `http://127.0.0.1:${ports.hubProxy}/hub/oauth_callback`;

/** Points the JupyterLab extension at this lake, signed in as alice. */
function jupyterConfig(lake: ILake): string {
  const DataLake = {
    display_name: 'Lab lake',
    rucio_cfg: path.join(lake.folders.accounts, 'alice/etc/rucio.cfg'),
    mounts: [lake.mount],
    rse_expressions: [lake.mount.rse],
    scratch: [lake.scratch],
    state_dir: lake.folders.state
  };
  return JSON.stringify({ DataLake }, undefined, 2) + '\n';
}

/** The same for whoever signs in to the identity provider; under JupyterHub the hub's token is taken. */
function tokensConfig(lake: ILake, { issuer, certificates }: ILakeIam): string {
  const DataLake = {
    display_name: 'Lab lake',
    rucio_url: lake.rucioUrl,
    ca_cert: certificates.authority,
    oidc_issuer: issuer,
    oidc_client_id: 'datalake',
    oidc_client_secret_file: clientSecretFile(lake.folders.secrets, 'datalake'),
    oidc_scope: 'openid profile email offline_access storage.read:/ storage.modify:/',
    token_targets: [
      { name: 'rucio', audience: 'rucio', scope: 'openid profile' },
      { name: 'storage', audience: 'xrootd', scope: 'storage.read:/ storage.modify:/' },
      { name: 'eos', audience: 'eos', scope: 'storage.read:/ storage.modify:/' }
    ],
    mounts: [lake.mount],
    rse_expressions: [lake.mount.rse],
    scratch: [lake.scratch]
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
  const settings = {
    port: lake.ports.copyService,
    secretFile,
    paceFile: lake.paceFile,
    ...copied(lake)
  };
  writePrivate(files.settings, JSON.stringify(settings));
}

/** Whether the files of the copy service that runs are of this lake as it is now. */
export function isCopyServiceCurrent(lake: ILake): boolean {
  const settings = readFileSync(copyServiceFiles(lake).settings, 'utf8');
  const written = JSON.parse(settings) as Record<string, unknown>;
  return Object.entries(copied(lake)).every(
    ([name, value]) => JSON.stringify(written[name]) === JSON.stringify(value)
  );
}

/** Between which places the copy service copies. */
function copied(lake: ILake): object {
  return lake.keytab === undefined
    ? { folders: lake.rses.map(({ folder }) => realpathSync(folder)) }
    : {
        folders: [],
        xrootd: {
          keytab: lake.keytab,
          authorities: lake.iam?.certificates.folder,
          prefixes: lake.rses.map(
            ({ protocol }) => `root://${protocol.hostname}:${protocol.port}${protocol.prefix}`
          )
        }
      };
}
