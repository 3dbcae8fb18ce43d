import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LAKE } from './demo.ts';

/** Copies go one by one and take so much longer each; 0: as fast as they can. */
export function slowCopies(seconds: number): void {
  if (seconds === 0) {
    rmSync(LAKE.paceFile, { force: true });
    return;
  }
  const temporary = `${LAKE.paceFile}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify({ delaySeconds: seconds, parallel: 1 }), { mode: 0o600 });
  renameSync(temporary, LAKE.paceFile);
}

/** The one file on an RSE's disk whose path ends like this. */
export function fileAt(rse: string, end: string): string {
  const folder = folderOf(rse);
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path =>
    path.endsWith(`/${end}`)
  );
  if (found.length !== 1) {
    throw new Error(`There are ${found.length} files ${end} on ${rse}.`);
  }
  return join(folder, found[0]);
}

/** The files on an RSE's disk, by name. */
export function filesOn(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter(entry => entry.isFile())
      .map(entry => [entry.name, join(entry.parentPath, entry.name)])
  );
}

export function folderOf(rse: string): string {
  const found = LAKE.rses.find(({ name }) => name === rse);
  if (found === undefined) {
    throw new Error(`There is no RSE ${rse} in this lake.`);
  }
  return found.folder;
}

export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Ends the server of Rucio, as a bad day does; `startLake` brings it back. */
export async function stopRucio(): Promise<void> {
  const { pid } = JSON.parse(readFileSync(join(LAKE.folders.run, 'rucio.pid'), 'utf8')) as {
    pid: number;
  };
  process.kill(pid, 'SIGTERM');
  while (existsSync(`/proc/${pid}`)) {
    await setTimeout(50);
  }
}

/** Starts what of the lake does not run. */
export function startLake(): void {
  const words = ['up', '--dir', LAKE.folder, '--profile', LAKE.profile];
  execFileSync(process.execPath, [join(import.meta.dirname, '../../lab/main.ts'), ...words]);
}
