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

/**
 * What stands in lake.json: everything that tests and the Python parts need to know, and no password
 * (those are in files of their own in `folders.secrets`, named after the account).
 */
export interface ILake {
  profile: Profile;
  policy: Policy;
  folder: string;
  folders: Record<
    | 'secrets'
    | 'run'
    | 'log'
    | 'server'
    | 'accounts'
    | 'postgres'
    | 'storage'
    | 'science'
    | 'state'
    | 'jupyter',
    string
  >;
  ports: { rucio: number; postgres: number; copyService: number; nobody: number };
  rucioUrl: string;
  rses: IRse[];
  mount: { rse: string; path: string };
  accounts: string[];
  paceFile: string;
}

/** Ports by default; --port-base or LAB_PORT_BASE moves them. */
export const PORT_BASE: Record<Profile, number> = { embedded: 18400, full: 18500 };

/** Lays out a lake on paper; nothing is made. */
export function planLake(
  folder: string,
  profile: Profile,
  policy: Policy,
  portBase: number
): ILake {
  const below = (name: string): string => path.join(folder, name);
  const ports = {
    rucio: portBase,
    postgres: portBase + 1,
    copyService: portBase + 2,
    nobody: portBase + 9
  };
  const rses = RSES.map(rse => ({
    ...rse,
    folder: path.join(folder, 'storage', rse.name),
    protocol: {
      scheme: 'file',
      hostname: 'localhost',
      port: 0,
      prefix: path.join(folder, 'storage', rse.name) + '/',
      impl: 'rucio.rse.protocols.posix.Default'
    }
  }));
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
    mount: { rse: MOUNTED_RSE, path: path.join(folder, 'storage', MOUNTED_RSE) },
    accounts: ['root', 'alice', 'bob'],
    paceFile: below('pace.json')
  };
}

export const lakeFile = (folder: string): string => path.join(folder, 'lake.json');

/** The lake that was made in this folder, or undefined. */
export function readLake(folder: string): ILake | undefined {
  try {
    return JSON.parse(readFileSync(lakeFile(folder), 'utf8')) as ILake;
  } catch {
    return undefined;
  }
}

const MOUNTED_RSE = 'MYSITE_MOUNT';
const RSES: Omit<IRse, 'folder' | 'protocol'>[] = [
  { name: 'SITEA_DISK', site: 'SITE-A', country: 'CH', type: 'DATADISK' },
  { name: 'SITEB_DISK', site: 'SITE-B', country: 'NL', type: 'DATADISK' },
  { name: 'SITEA_USERDISK', site: 'SITE-A', country: 'CH', type: 'USERDISK' },
  { name: MOUNTED_RSE, site: 'MYSITE', country: 'DE', type: 'DATADISK' },
  { name: 'MYSITE_USERDISK', site: 'MYSITE', country: 'DE', type: 'USERDISK' }
];
