import { readFileSync } from 'node:fs';
import path from 'node:path';

export const PROFILES = ['embedded', 'full'] as const;
export const POLICIES = ['generic', 'permissive'] as const;
export type Profile = (typeof PROFILES)[number];
export type Policy = (typeof POLICIES)[number];

/** An RSE of the lake: what Rucio is told, and the folder of this machine where its bytes lie. */
export interface IRse {
  name: string;
  site: string;
  country: string;
  type: 'DATADISK' | 'USERDISK';
  folder: string;
  protocol: { scheme: string; hostname: string; port: number; prefix: string; impl: string };
}

/** Passwords are in files of their own in `secrets`, named after the account. */
export interface ILakeFolders {
  secrets: string;
  run: string;
  log: string;
  server: string;
  accounts: string;
  postgres: string;
  /** Owned by the user that runs what refuses root. */
  storage: string;
  science: string;
  state: string;
  jupyter: string;
}

export interface ILakePorts {
  rucio: number;
  postgres: number;
  copyService: number;
  /** XRootD: the servers of the two sites without a redirector. */
  siteA: number;
  siteB: number;
  /** XRootD: the site of the mounted RSE, behind a redirector. */
  mysite: number;
  mysiteManager: number;
  mysiteServer: number;
  /** Nothing ever listens here: what must not be found is said to be here. */
  nobody: number;
}

/** What stands in lake.json: everything that tests and the Python parts need to know, and no password. */
export interface ILake {
  profile: Profile;
  policy: Policy;
  folder: string;
  folders: ILakeFolders;
  ports: ILakePorts;
  rucioUrl: string;
  rses: IRse[];
  mount: { rse: string; path: string };
  accounts: string[];
  /** How fast copies go; see copy-service/pace.ts. */
  paceFile: string;
  /** Full profile: the secret that XRootD's clients show (sss), for this user alone. */
  keytab?: string;
}

/** Ports by default; --port-base or LAB_PORT_BASE moves them. */
export const PORT_BASE: Record<Profile, number> = { embedded: 18400, full: 18500 };

const SITES = [
  { node: 'sitea', site: 'SITE-A', country: 'CH', rses: ['SITEA_DISK', 'SITEA_USERDISK'] },
  { node: 'siteb', site: 'SITE-B', country: 'NL', rses: ['SITEB_DISK'] },
  { node: 'mysite', site: 'MYSITE', country: 'DE', rses: ['MYSITE_MOUNT', 'MYSITE_USERDISK'] }
] as const;
const MOUNTED_RSE = 'MYSITE_MOUNT';

/** Lays out a lake on paper; nothing is made. */
export function planLake(
  folder: string,
  profile: Profile,
  policy: Policy,
  portBase: number
): ILake {
  const below = (...names: string[]): string => path.join(folder, ...names);
  const ports = {
    rucio: portBase,
    postgres: portBase + 1,
    copyService: portBase + 2,
    siteA: portBase + 3,
    siteB: portBase + 4,
    mysite: portBase + 5,
    mysiteManager: portBase + 6,
    mysiteServer: portBase + 7,
    nobody: portBase + 9
  };
  const rses = profile === 'full' ? xrootdRses(folder, ports) : folderRses(folder);
  const mounted = rses.find(rse => rse.name === MOUNTED_RSE)!;
  return {
    profile,
    policy,
    folder,
    folders: {
      secrets: below('secrets'),
      run: below('run'),
      log: below('log'),
      server: below('server'),
      accounts: below('accounts'),
      postgres: below('postgres'),
      storage: below('storage'),
      science: below('science'),
      state: below('state'),
      jupyter: below('jupyter')
    },
    ports,
    rucioUrl: `http://127.0.0.1:${ports.rucio}`,
    rses,
    mount: {
      rse: MOUNTED_RSE,
      path: profile === 'full' ? below('mount', MOUNTED_RSE) : mounted.folder
    },
    accounts: ['root', 'alice', 'bob'],
    paceFile: below('pace.json'),
    ...(profile === 'full' ? { keytab: below('secrets', 'sss.keytab') } : {})
  };
}

/** Folders that Rucio reads and writes itself. */
function folderRses(lake: string): IRse[] {
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
function xrootdRses(lake: string, ports: ILakePorts): IRse[] {
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
    return { name, site, country, type: typeOf(name), folder, protocol };
  });
}

function eachRse(make: (name: string, site: (typeof SITES)[number]) => IRse): IRse[] {
  return SITES.flatMap(site => site.rses.map(name => make(name, site)));
}

const typeOf = (name: string): IRse['type'] =>
  name.endsWith('USERDISK') ? 'USERDISK' : 'DATADISK';

/** Where the description of the lake in this folder is. */
export const lakeFile = (folder: string): string => path.join(folder, 'lake.json');

/** The lake that was made in this folder, or undefined. */
export function readLake(folder: string): ILake | undefined {
  try {
    return JSON.parse(readFileSync(lakeFile(folder), 'utf8')) as ILake;
  } catch {
    return undefined;
  }
}
