import { readFileSync } from 'node:fs';
import path from 'node:path';
import { certificatesIn, type ICertificates } from './iam/certificates.ts';
import { issuerAt } from './iam/plan.ts';
import { folderRses, SCRATCH_RSE, xrootdRses } from './rses.ts';

export const PROFILES = ['embedded', 'full'] as const;
export const POLICIES = ['generic', 'permissive'] as const;
export type Profile = (typeof PROFILES)[number];
export type Policy = (typeof POLICIES)[number];

/** An RSE of the lake: what Rucio is told, and the folder of this machine where its bytes lie. */
export interface IRse {
  name: string;
  site: string;
  country: string;
  /** Of a SCRATCHDISK Rucio does not compute the places of files: they are given. */
  type: 'DATADISK' | 'USERDISK' | 'SCRATCHDISK';
  folder: string;
  protocol: IProtocol;
  /** What else it speaks; Rucio prefers the other one. */
  second?: IProtocol;
}

/** As Rucio is told it. */
export interface IProtocol {
  scheme: string;
  hostname: string;
  port: number;
  prefix: string;
  impl: string;
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
  iam: number;
  /** Nothing ever listens here: what must not be found is said to be here. */
  nobody: number;
  /** JupyterHub, where it is started: its proxy, itself, and its proxy's own interface. */
  hubProxy: number;
  hub: number;
  hubProxyApi: number;
  /** Rucio by https: the identity provider sends browsers back to no other. */
  rucioHttps: number;
}

export interface ILakeIam {
  issuer: string;
  certificates: ICertificates;
  /** Its settings, 0600; the secrets that they name are in the lake's folder of secrets. */
  settings: string;
  stateFolder: string;
  rucioHttpsUrl: string;
  /** Configuration of Jupyter for people who sign in to the identity provider. */
  jupyterFolder: string;
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
  /** A folder that whoever runs the lab may write to, and how PFNs of what lies in it begin. */
  scratch: { rse: string; path: string; pfnPrefix: string };
  accounts: string[];
  /** How fast copies go; see copy-service/pace.ts. */
  paceFile: string;
  /** Full profile: the secret that XRootD's clients show (sss), for this user alone. */
  keytab?: string;
  /** Full profile: the identity provider. */
  iam?: ILakeIam;
}

/** How many ports a lake has, one after the other. */
export const PORTS = 14;

/** Ports by default; --port-base or LAB_PORT_BASE moves them. */
export const PORT_BASE: Record<Profile, number> = { embedded: 18400, full: 18500 };

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
    iam: portBase + 8,
    nobody: portBase + 9,
    hubProxy: portBase + 10,
    hub: portBase + 11,
    hubProxyApi: portBase + 12,
    rucioHttps: portBase + 13
  };
  const rses = profile === 'full' ? xrootdRses(folder, ports) : folderRses(folder);
  const fullOnly = {
    keytab: below('secrets', 'xrootd.keytab'),
    iam: {
      issuer: issuerAt(ports.iam),
      certificates: certificatesIn(below('certificates')),
      settings: below('server', 'iam.json'),
      stateFolder: below('iam'),
      rucioHttpsUrl: `https://localhost:${ports.rucioHttps}`,
      jupyterFolder: below('jupyter-tokens')
    }
  };
  const mounted = rses.find(rse => rse.name === MOUNTED_RSE)!;
  const scratch = rses.find(rse => rse.name === SCRATCH_RSE)!;
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
    scratch: { rse: SCRATCH_RSE, path: scratch.folder, pfnPrefix: pfnPrefixOf(scratch) },
    accounts: ['root', 'alice', 'bob'],
    paceFile: below('pace.json'),
    ...(profile === 'full' ? fullOnly : {})
  };
}

/** Rucio leaves out a port that there is none of. */
const pfnPrefixOf = ({ protocol: { scheme, hostname, port, prefix } }: IRse): string =>
  `${scheme}://${hostname}${port > 0 ? `:${port}` : ''}${prefix}`;

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
