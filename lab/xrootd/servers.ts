import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ILake } from '../lake.ts';
import type { IServiceUser } from '../places.ts';
import { isListening } from '../ports.ts';
import type { IServer } from '../processes.ts';
import { nodeFolder, serversKeytab, xrootdConfig, xrootdProcesses } from './config.ts';
import { serversCertificates } from './tokens.ts';

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
        XrdSecSSSKT: serversKeytab(lake),
        X509_CERT_DIR: serversCertificates(lake).folder,
        LAB_CA_BUNDLE: serversCertificates(lake).bundle,
        // The identity provider's public keys are kept there.
        XDG_CACHE_HOME: path.join(folder, 'cache'),
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
    environment: { PATH: '/usr/bin:/bin', X509_CERT_DIR: lake.iam?.certificates.folder ?? '' },
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
