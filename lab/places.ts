import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LabError } from './problem.ts';

/** The checkout that this program belongs to. */
export const CHECKOUT = path.dirname(import.meta.dirname);
const SERVICE_USER = 'datalake-lab';

/** The user that runs what refuses root: PostgreSQL and XRootD. */
export interface IServiceUser {
  uid: number;
  gid: number;
  name: string;
}

/** Undefined where the lab is not started by root, so that everything runs as the caller. */
export function serviceUser(): IServiceUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  let entry = userEntry();
  if (!entry) {
    const made = spawnSync(
      'useradd',
      [
        '--system',
        '--user-group',
        '--no-create-home',
        '--home-dir',
        '/nonexistent',
        '--shell',
        '/usr/sbin/nologin',
        SERVICE_USER
      ],
      { encoding: 'utf8' }
    );
    entry = userEntry();
    if (!entry) {
      throw new LabError(
        `PostgreSQL refuses to run as root, and the user ${SERVICE_USER} could not be made ` +
          `(${(made.stderr ?? made.error?.message ?? '').trim()}): make it, or run the lab as an ordinary user.`
      );
    }
  }
  return entry;
}

function userEntry(): IServiceUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find(entry => entry.startsWith(`${SERVICE_USER}:`));
  if (!line) return undefined;
  const [name, , uid, gid] = line.split(':');
  return { name: name!, uid: Number(uid), gid: Number(gid) };
}

/**
 * Where lakes and the servers' Python environment live: `.lab` in the checkout, or, where the service user
 * could not get there (a checkout in root's home), a folder of our own in /var/tmp.
 */
export function labFolder(): string {
  if (process.getuid?.() !== 0 || isOpenForAll(CHECKOUT)) return path.join(CHECKOUT, '.lab');
  const digest = createHash('sha256').update(CHECKOUT).digest('hex').slice(0, 12);
  return path.join('/var/tmp', `datalake-lab-${digest}`);
}

/** Makes the folder, or refuses one that somebody else has put there. */
export function claimFolder(folder: string): void {
  mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 });
  // The service user has to pass through, nobody has to look inside.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new LabError(
      `${folder} belongs to somebody else or can be written by others: remove it, or choose another folder with --dir.`
    );
  }
}

/** Refuses a folder that the service user could not reach. */
export function mustBeReachable(folder: string): void {
  if (process.getuid?.() === 0 && !isOpenForAll(path.dirname(folder))) {
    throw new LabError(
      `PostgreSQL runs as ${SERVICE_USER}, which cannot reach ${folder}: choose a folder with --dir whose parents all users may pass.`
    );
  }
}

function isOpenForAll(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found && (found.mode & 0o001) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}
