import { execFileSync, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  globSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync
} from 'node:fs';
import path from 'node:path';
import { LabIam } from '../lab/iam/client/lab-iam.ts';
import type { ILake } from '../lab/lake.ts';
import { labFolder } from '../lab/places.ts';
import { privateFolder, writePrivate } from '../lab/private-file.ts';
import { LabError } from '../lab/problem.ts';
import { FOLDER, rucioItself } from './bench-lake.ts';
import { exchange, secondsSince } from './client.ts';
import type { IServerUnderTest } from './server-under-test.ts';

const MEGABYTE = 1 << 20;
const SOURCES = path.join(FOLDER, 'upload-sources');

/** How those who upload are run: as alice, with a token for the stores. */
export interface IUploader {
  env: NodeJS.ProcessEnv;
  /** The same for the `rucio` client. */
  forRucio: NodeJS.ProcessEnv;
  /** The same, where the site has `upload_md5` set. */
  withMd5: NodeJS.ProcessEnv;
  tokenFile: string;
}

export async function uploader(lake: ILake): Promise<IUploader> {
  mkdirSync(SOURCES, { recursive: true });
  const tokenFile = path.join(FOLDER, 'alice-storage-token');
  const token = await LabIam.of(lake).token('alice', 'xrootd', 'storage.read:/ storage.modify:/');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const home = path.join(lake.folders.accounts, 'alice');
  const certificates = path.join(lake.folder, 'certificates');
  const env = {
    ...process.env,
    PATH: `${process.env.PATH}:${path.join(labFolder(), 'venv/bin')}`,
    RUCIO_HOME: home,
    RUCIO_CONFIG: path.join(home, 'etc/rucio.cfg'),
    JUPYTER_CONFIG_PATH: '',
    JUPYTER_DATA_DIR: path.join(FOLDER, 'upload-state'),
    JUPYTER_RUNTIME_DIR: path.join(FOLDER, 'upload-runtime'),
    BEARER_TOKEN_FILE: tokenFile,
    NODE_EXTRA_CA_CERTS: path.join(certificates, 'ca.pem'),
    X509_CERT_DIR: path.join(certificates, 'authorities'),
    SSL_CERT_FILE: path.join(certificates, 'bundle.pem')
  };
  // The client's own way to XRootD takes the lab's shared secret.
  const forRucio = { ...env, XrdSecPROTOCOL: 'sss', XrdSecSSSKT: lake.keytab };
  const site = path.join(FOLDER, 'upload-with-md5');
  privateFolder(site);
  writePrivate(
    path.join(site, 'jupyter_server_config.json'),
    JSON.stringify({ DataLake: { upload_md5: true } })
  );
  return { env, forRucio, withMd5: { ...env, JUPYTER_CONFIG_PATH: site }, tokenFile };
}

/** Seconds of a program from its start to its end, with nothing left to be written by what was before. Throws where it fails. */
export function timed(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  execFileSync('sync');
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const [program = '', ...words] = argv;
    const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', text => (said += text));
    child.stderr.on('data', text => (said += text));
    child.on('error', reject);
    child.on('close', status =>
      // `rucio upload` ends with 0 also where it has failed.
      status === 0 && !/\bERROR\b/.test(said)
        ? resolve(secondsSince(began))
        : reject(new LabError(`${program} ended with ${status}: ${said.slice(-2000)}`))
    );
  });
}

/** So many new files of 10 kB, no two of which are the same; answers their folder. */
export function smallFiles(name: string, count: number): string {
  const folder = path.join(SOURCES, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bytes = Buffer.alloc(10_000);
  for (let nr = 0; nr < count; nr++) {
    writeFileSync(path.join(folder, `${name}-${nr}.dat`), randomFillSync(bytes));
  }
  return folder;
}

/** One new file of so many MiB. */
export function bigFile(name: string, megabytes: number, folder = SOURCES): string {
  const file = path.join(folder, name);
  const bytes = randomFillSync(Buffer.alloc(MEGABYTE));
  const written = openSync(file, 'w');
  for (let nr = 0; nr < megabytes; nr++) {
    bytes.writeUInt32LE(nr);
    writeSync(written, bytes);
  }
  closeSync(written);
  return file;
}

export const forget = (place: string): void => rmSync(place, { recursive: true, force: true });

/** Removes what the store of an RSE has below a folder or in a file of such a name, so that a few uploads do not fill the disk. */
export function forgetStored({ rses }: ILake, rse: string, name: string): void {
  const { folder } = rses.find(each => each.name === rse)!;
  for (const file of globSync([`**/*${name}*`, `**/*${name}*/**`], { cwd: folder })) {
    forget(path.join(folder, file));
  }
}

/** The catalogue's part alone: what has to be asked for so many files, without a byte. In seconds. */
export async function bulkCalls(lake: ILake, name: string, count: number): Promise<number> {
  const rucio = await rucioItself(lake);
  const post = poster(rucio);
  const began = performance.now();
  const dids = Array.from({ length: count }, (_, nr) => ({
    scope: 'user.alice',
    name: `${name}/${nr}`
  }));
  const dataset = { scope: 'user.alice', name };
  await post('dids', [{ ...dataset, type: 'DATASET' }]);
  for (let at = 0; at < count; at += 500) {
    const some = dids.slice(at, at + 500);
    const files = some.map(did => ({ ...did, bytes: 10_000, adler32: '0cc737eb' }));
    await post('dids/bulkmeta', { dids: some });
    await post('replicas', {
      rse: 'SITEA_USERDISK',
      files: files.map(file => ({ ...file, state: 'A' }))
    });
    await post('dids/bulkmeta', { dids: some });
    await post('dids/attachments', {
      attachments: [{ ...dataset, dids: files }],
      ignore_duplicate: true
    });
    if (at === 0) {
      await post('rules/', {
        dids: [dataset],
        account: 'alice',
        copies: 1,
        rse_expression: 'SITEA_USERDISK',
        grouping: 'DATASET'
      });
    }
  }
  return secondsSince(began);
}

/** The lab's own quota is for examples. */
export async function liftQuota(lake: ILake, rse: string): Promise<void> {
  const post = poster(await rucioItself(lake, 'root'));
  await post(`accountlimits/local/alice/${rse}`, { bytes: 2 ** 50 });
}

function poster(rucio: IServerUnderTest): (route: string, body: object) => Promise<void> {
  return async (route, body) => {
    const { status, text } = await exchange(rucio, { method: 'POST', path: route, body });
    if (status >= 300) throw new LabError(`${route}: ${status} ${text}`);
  };
}
