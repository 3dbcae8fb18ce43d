import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
