import path from 'node:path';
import type { ILake } from '../lake.ts';

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

/**
 * Everybody shows the lake's shared secret (sss); without it nothing is read or written. Tokens will need
 * `sec.protocol ztn` and an authorization library beside it. http is off: it has no sss.
 */
export function xrootdConfig(lake: ILake, node: IXrootdProcess['node']): string {
  const folder = nodeFolder(lake, node);
  const keytab = path.join(lake.folders.storage, 'sss.keytab');
  const common = [
    'all.export /lake',
    `all.adminpath ${path.join(folder, 'admin')}`,
    `all.pidpath ${path.join(folder, 'admin')}`,
    'xrd.network nodnr'
  ];
  const guarded = [
    'xrootd.seclib libXrdSec.so',
    `sec.protocol sss -s ${keytab}`,
    'xrootd.chksum max 2 adler32'
  ];
  const storing = [`oss.localroot ${path.join(folder, 'data')}`];
  const transfers = ['ofs.tpc ttl 30 30 xfr 16 autorm pgm /usr/bin/xrdcp --server'];
  const manager = `all.manager 127.0.0.1:${lake.ports.mysiteManager}`;
  const lines = {
    sitea: [...storing, ...guarded, ...transfers, `xrd.port ${lake.ports.siteA}`],
    siteb: [...storing, ...guarded, ...transfers, `xrd.port ${lake.ports.siteB}`],
    mysite: [
      ...storing,
      'all.role server',
      manager,
      'if exec xrootd',
      ...guarded,
      ...transfers,
      `xrd.port ${lake.ports.mysiteServer}`,
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
      ...guarded,
      `xrd.port ${lake.ports.mysite}`,
      'fi'
    ]
  };
  return [...common, ...lines[node], ''].join('\n');
}
