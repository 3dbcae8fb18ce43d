import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync
} from 'node:fs';
import path from 'node:path';
import { programPath } from '../debian.ts';
import type { ILake } from '../lake.ts';
import type { IServiceUser } from '../places.ts';
import { writePrivate } from '../private-file.ts';
import { LabError } from '../problem.ts';
import { run } from '../run.ts';
import { nodeFolder, serversKeytab, xrootdConfig, xrootdProcesses } from './config.ts';
import { isMounted } from './servers.ts';
import {
  accessFiles,
  SECRET_NAME,
  secretAccess,
  serversCertificates,
  tokenAccess
} from './tokens.ts';

/** The longest path of a unix socket that XRootD makes below a node's folder, and the system's limit. */
const LONGEST_SOCKET = 'redirector/admin/redirector/.olb/olbd.admin';
const SOCKET_LIMIT = 107;

/** Makes folders, keys and configuration of the XRootD sites. */
export async function prepareXrootd(lake: ILake, user: IServiceUser | undefined): Promise<void> {
  const { storage } = lake.folders;
  if (path.join(storage, LONGEST_SOCKET).length > SOCKET_LIMIT) {
    throw new LabError(
      `${lake.folder} is too long for the paths of XRootD's sockets: choose a shorter folder with --dir.`
    );
  }
  await makeKeytab(lake, user);
  giveAccessFiles(lake, user);
  const library = path.join(storage, 'loopback.so');
  const source = path.join(import.meta.dirname, 'loopback.c');
  if (!existsSync(library) || statSync(library).mtimeMs < statSync(source).mtimeMs) {
    await run([
      programPath('gcc') ?? 'gcc',
      '-shared',
      '-fPIC',
      '-O2',
      '-o',
      `${library}.new`,
      source,
      '-ldl'
    ]);
    renameSync(`${library}.new`, library);
  }
  for (const { node } of xrootdProcesses(lake)) {
    const folder = nodeFolder(lake, node);
    for (const inside of ['', 'admin', 'cache', 'data', 'data/lake'])
      own(path.join(folder, inside), user);
    const file = path.join(folder, 'xrootd.cfg');
    writePrivate(file, xrootdConfig(lake, node));
    give(file, user);
  }
  for (const rse of lake.rses) own(rse.folder, user);
  // A mount whose process was killed answers nothing, not even that it is there.
  if (!isMounted(lake.mount.path)) mkdirSync(lake.mount.path, { recursive: true, mode: 0o700 });
}

async function makeKeytab(lake: ILake, user: IServiceUser | undefined): Promise<void> {
  const servers = serversKeytab(lake);
  own(lake.folders.storage, user);
  if (!lake.keytab || (existsSync(lake.keytab) && existsSync(servers))) return;
  rmSync(lake.keytab, { force: true });
  const umask = process.umask(0o077);
  try {
    await run(
      [
        programPath('xrdsssadmin') ?? 'xrdsssadmin',
        '-k',
        'lake',
        '-u',
        SECRET_NAME,
        '-g',
        SECRET_NAME,
        'add',
        lake.keytab
      ],
      { input: 'y\n' }
    );
    copyFileSync(lake.keytab, servers);
  } finally {
    process.umask(umask);
  }
  give(servers, user);
}

/** Certificates, and who may do what, for the user that XRootD runs as. */
function giveAccessFiles(lake: ILake, user: IServiceUser | undefined): void {
  if (!lake.iam) return;
  const from = lake.iam.certificates;
  const to = serversCertificates(lake);
  for (const folder of [path.dirname(to.authority), to.folder]) own(folder, user);
  const [hashed] = readdirSync(from.folder);
  const files: [string, string][] = [
    ...(['authority', 'bundle', 'certificate', 'key'] as const).map((name): [string, string] => [
      to[name],
      readFileSync(from[name], 'utf8')
    ]),
    [path.join(to.folder, hashed ?? ''), readFileSync(from.authority, 'utf8')],
    [accessFiles(lake).tokens, tokenAccess(lake.iam.issuer)],
    [accessFiles(lake).secret, secretAccess]
  ];
  for (const [file, text] of files) {
    writePrivate(file, text);
    give(file, user);
  }
}

function own(folder: string, user: IServiceUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  give(folder, user);
}

function give(file: string, user: IServiceUser | undefined): void {
  if (user) chownSync(file, user.uid, user.gid);
}
