import path from 'node:path';
import type { ILakePorts, IRse } from './lake.ts';

/** Files are registered where they lie in its folder; the name is what Rucio's generic policy goes by. */
export const SCRATCH_RSE = 'SITEA_SCRATCHDISK';

const SITES = [
  {
    node: 'sitea',
    site: 'SITE-A',
    country: 'CH',
    rses: ['SITEA_DISK', 'SITEA_USERDISK', SCRATCH_RSE]
  },
  { node: 'siteb', site: 'SITE-B', country: 'NL', rses: ['SITEB_DISK'] },
  { node: 'mysite', site: 'MYSITE', country: 'DE', rses: ['MYSITE_MOUNT', 'MYSITE_USERDISK'] }
] as const;

/** Folders that Rucio reads and writes itself. */
export function folderRses(lake: string): IRse[] {
  return eachRse((name, { site, country }) => {
    const folder = path.join(lake, 'storage', name);
    const protocol = {
      scheme: 'file',
      hostname: 'localhost',
      port: 0,
      prefix: `${folder}/`,
      impl: 'rucio.rse.protocols.posix.Default'
    };
    return { name, site, country, type: typeOf(name), folder, protocol };
  });
}

/** Below /lake of a site's XRootD server; on disk that is below the server's data folder. */
export function xrootdRses(lake: string, ports: ILakePorts): IRse[] {
  const port = { sitea: ports.siteA, siteb: ports.siteB, mysite: ports.mysite };
  return eachRse((name, { node, site, country }) => {
    const protocol = {
      scheme: 'root',
      hostname: '127.0.0.1',
      port: port[node],
      prefix: `//lake/${name}/`,
      impl: 'lab_xrootd.Default'
    };
    const folder = path.join(lake, 'storage', node, 'data', 'lake', name);
    const type = typeOf(name);
    const webdav = {
      scheme: 'davs',
      hostname: '127.0.0.1',
      port: port[node],
      prefix: `/lake/${name}/`,
      impl: 'rucio.rse.protocols.webdav.Default'
    };
    const second = type === 'USERDISK' ? { second: webdav } : {};
    return { name, site, country, type, folder, protocol, ...second };
  });
}

function eachRse(make: (name: string, site: (typeof SITES)[number]) => IRse): IRse[] {
  return SITES.flatMap(site => site.rses.map(name => make(name, site)));
}

const typeOf = (name: string): IRse['type'] =>
  name === SCRATCH_RSE ? 'SCRATCHDISK' : name.endsWith('USERDISK') ? 'USERDISK' : 'DATADISK';
