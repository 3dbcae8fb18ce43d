import { spawnSync } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync
} from 'node:fs';
import path from 'node:path';
import { programPath } from '../debian.ts';
import type { ILake } from '../lake.ts';
import type { IServiceUser } from '../places.ts';
import { isListening } from '../ports.ts';
import { writePrivate } from '../private-file.ts';
import { LabError } from '../problem.ts';
import type { IServer } from '../processes.ts';
import { run } from '../run.ts';
import { nodeFolder, xrootdConfig, xrootdProcesses } from './config.ts';

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
    for (const inside of ['', 'admin', 'data', 'data/lake']) own(path.join(folder, inside), user);
    const file = path.join(folder, 'xrootd.cfg');
    writePrivate(file, xrootdConfig(lake, node));
    give(file, user);
  }
  for (const rse of lake.rses) own(rse.folder, user);
  // A mount whose process was killed answers nothing, not even that it is there.
  if (!isMounted(lake.mount.path)) mkdirSync(lake.mount.path, { recursive: true, mode: 0o700 });
}

/** The XRootD processes and the FUSE mount, in the order in which they are started. */
export function xrootdServers(lake: ILake, user: IServiceUser | undefined): IServer[] {
  const uids = [...new Set([0, process.getuid?.() ?? 0, ...(user ? [user.uid] : [])])].join(',');
  const servers = xrootdProcesses(lake).map(({ name, title, program, node, port }): IServer => {
    const folder = nodeFolder(lake, node);
    return {
      name,
      title,
      command: [
        `/usr/bin/${program}`,
        '-I',
        'v4',
        '-n',
        node,
        '-c',
        path.join(folder, 'xrootd.cfg')
      ],
      cwd: folder,
      user,
      environment: {
        PATH: '/usr/bin:/bin',
        LD_PRELOAD: path.join(lake.folders.storage, 'loopback.so'),
        // A server shows its own secret to the one that it fetches from.
        XrdSecPROTOCOL: 'sss',
        XrdSecSSSKT: path.join(lake.folders.storage, 'sss.keytab'),
        ...(program === 'cmsd' ? { LAB_PEER_UIDS: uids } : {})
      },
      configuration: xrootdConfig(lake, node),
      isReady: async () => port === undefined || (await isListening(port))
    };
  });
  return [...servers, mountServer(lake)];
}

/** xrootdfs, with the shared secret; the folder above the mount lets nobody else pass. */
function mountServer(lake: ILake): IServer {
  const url = `root://127.0.0.1:${lake.ports.mysite}//lake/${lake.mount.rse}`;
  return {
    name: 'mount',
    title: 'mount of MYSITE',
    command: ['/usr/bin/xrootdfs', '-f', '-o', `rdr=${url},sss=${lake.keytab}`, lake.mount.path],
    environment: { PATH: '/usr/bin:/bin' },
    isReady: async () => isMounted(lake.mount.path),
    cleanUp: () => {
      if (isMounted(lake.mount.path)) spawnSync('fusermount', ['-u', '-z', lake.mount.path]);
    }
  };
}

/** Whether the kernel has something mounted there; asks no file system, since that one may hang. */
export function isMounted(folder: string): boolean {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .some(line => line.split(' ')[1] === folder.replaceAll(' ', '\\040'));
}

async function makeKeytab(lake: ILake, user: IServiceUser | undefined): Promise<void> {
  const servers = path.join(lake.folders.storage, 'sss.keytab');
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
        'anybody',
        '-g',
        'usrgroup',
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

function own(folder: string, user: IServiceUser | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  give(folder, user);
}

function give(file: string, user: IServiceUser | undefined): void {
  if (user) chownSync(file, user.uid, user.gid);
}
