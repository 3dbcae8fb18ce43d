import path from 'node:path';
import type { ILake } from '../lake.ts';
import { httpsLines, tokenLines } from './tokens.ts';

/** A process of XRootD: `xrootd` serves or redirects, `cmsd` tells a redirector which servers there are. */
export interface IXrootdProcess {
  name: string;
  title: string;
  program: 'xrootd' | 'cmsd';
  node: 'sitea' | 'siteb' | 'mysite' | 'redirector';
  /** Where it listens; a data server's cmsd only calls its manager. */
  port?: number;
}

export const nodeFolder = (lake: ILake, node: IXrootdProcess['node']): string =>
  path.join(lake.folders.storage, node);

/** The secret again, as a file of the user that XRootD runs as. */
export const serversKeytab = (lake: ILake): string =>
  path.join(lake.folders.storage, 'xrootd.keytab');

/** In the order in which they are started. */
export function xrootdProcesses({ ports }: ILake): IXrootdProcess[] {
  return [
    {
      name: 'sitea',
      title: 'XRootD of SITE-A',
      program: 'xrootd',
      node: 'sitea',
      port: ports.siteA
    },
    {
      name: 'siteb',
      title: 'XRootD of SITE-B',
      program: 'xrootd',
      node: 'siteb',
      port: ports.siteB
    },
    {
      name: 'redirector-cmsd',
      title: 'cluster manager of MYSITE',
      program: 'cmsd',
      node: 'redirector',
      port: ports.mysiteManager
    },
    { name: 'mysite-cmsd', title: 'cluster member of MYSITE', program: 'cmsd', node: 'mysite' },
    {
      name: 'mysite',
      title: 'XRootD of MYSITE',
      program: 'xrootd',
      node: 'mysite',
      port: ports.mysiteServer
    },
    {
      name: 'redirector',
      title: 'redirector of MYSITE',
      program: 'xrootd',
      node: 'redirector',
      port: ports.mysite
    }
  ];
}

/** Everybody shows the lake's shared secret (sss) or a token; without, nothing is read or written. */
export function xrootdConfig(lake: ILake, node: IXrootdProcess['node']): string {
  const folder = nodeFolder(lake, node);
  const keytab = serversKeytab(lake);
  const common = [
    'all.export /lake',
    `all.adminpath ${path.join(folder, 'admin')}`,
    `all.pidpath ${path.join(folder, 'admin')}`,
    'xrd.network nodnr'
  ];
  const listening = (port: number): string[] => [
    `xrd.port ${port}`,
    'xrootd.seclib libXrdSec.so',
    `sec.protocol sss -s ${keytab}`,
    ...tokenLines(lake),
    'xrootd.chksum max 2 adler32'
  ];
  const storing = [`oss.localroot ${path.join(folder, 'data')}`];
  const serving = (port: number): string[] => [
    ...listening(port),
    ...httpsLines(port),
    'ofs.tpc ttl 30 30 xfr 16 autorm pgm /usr/bin/xrdcp --server'
  ];
  const manager = `all.manager 127.0.0.1:${lake.ports.mysiteManager}`;
  const lines = {
    sitea: [...storing, ...serving(lake.ports.siteA)],
    siteb: [...storing, ...serving(lake.ports.siteB)],
    mysite: [
      ...storing,
      'all.role server',
      manager,
      'if exec xrootd',
      ...serving(lake.ports.mysiteServer),
      'fi'
    ],
    redirector: [
      'all.role manager',
      manager,
      'if exec cmsd',
      `xrd.port ${lake.ports.mysiteManager}`,
      'cms.delay startup 1 servers 1 lookup 1',
      // One server has it all: without this each new name waits five seconds for others to claim it.
      'cms.dfs lookup distrib redirect immed',
      'else',
      ...listening(lake.ports.mysite),
      ...httpsLines(lake.ports.mysite),
      // To data servers by https, too.
      'http.desthttps yes',
      'fi'
    ]
  };
  return [...common, ...lines[node], ''].join('\n');
}
